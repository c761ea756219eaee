//go:build race

package mailflow

// raceDetector tells that the race detector is on, under which everything takes many times as long.
const raceDetector = true
