// Package sample is the people of `duolog demo`, with the history that it begins with or a whole year that they play.
//
// The history is four people, three pairs and three weeks of meetings, written as if the coming meeting were on Thursday, 3
// December 2026; the demo moves them by whole weeks. The year is in year/: who takes part, what happens to each pair, and
// the words for the weeks in which nothing does. Who plays it sends the letters; Course.Read says what their readers type.
package sample

import "embed"

// Files are people/ and pairs/ as in any content folder.
//
//go:embed all:people all:pairs
var Files embed.FS
