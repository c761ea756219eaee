//go:build race

package meeting

// raceDetector tells that the race detector is on, under which everything takes many times as long.
const raceDetector = true
