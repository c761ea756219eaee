//go:build !race

package mailflow

const raceDetector = false
