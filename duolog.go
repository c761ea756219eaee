// Package duolog carries the sample configuration that `duolog init` writes.
//
// The program is in cmd/duolog; package mailflow is the tour of the house.
package duolog

import _ "embed"

// SampleConfig is config.yaml, the commented sample with every setting at its default.
//
//go:embed config.yaml
var SampleConfig []byte
