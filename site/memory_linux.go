package site

import "syscall"

// inMemory is the folder that Linux keeps in memory for everybody.
const inMemory = "/dev/shm"

// spare is how many bytes must be free there: many times what the batches of a build take at once. A container often has less.
const spare = 256 << 20

// tmpfs is the kind of file system that lies in memory: statfs(2).
const tmpfs = 0x01021994

// memoryFolder returns a folder whose files lie in memory, "" when there is none with room to spare.
func memoryFolder() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(inMemory, &fs); err != nil || fs.Type != tmpfs || fs.Bavail < spare/uint64(fs.Bsize) {
		return ""
	}
	return inMemory
}
