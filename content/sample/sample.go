// Package sample is the history that `duolog demo` begins with: four people, three pairs, three weeks of meetings.
//
// The dates are written as if the coming meeting were on Thursday, 3 December 2026; the demo moves them by whole weeks.
package sample

import "embed"

// Files are people/ and pairs/ as in any content folder.
//
//go:embed all:people all:pairs
var Files embed.FS
