package object

import (
	"fmt"
	"io/fs"
	"syscall"
)

// systemVersion is the file's number and when its inode changed, which nobody can
// set: a file that takes another's place with its size and times is told apart.
func systemVersion(info fs.FileInfo) string {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("-%d-%d.%d", s.Ino, s.Ctim.Sec, s.Ctim.Nsec)
	}
	return ""
}
