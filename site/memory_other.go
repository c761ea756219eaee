//go:build !linux

package site

// memoryFolder returns a folder whose files lie in memory, "" when there is none with room to spare.
func memoryFolder() string { return "" }
