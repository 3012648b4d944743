package pull

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"archwire"
	"archwire/internal/pull/mirror"
)

// room makes sure that slices fit on the spool's disk before any is fetched, as large
// as the manifest says they are.
func (s *spool) room(wanted []mirror.Slice) error {
	var need int64
	for _, w := range wanted {
		need += w.Bytes
		for _, path := range []string{s.path(w.SHA256), s.partial(w.SHA256)} {
			if info, err := os.Stat(path); err == nil {
				need -= min(info.Size(), w.Bytes)
			}
		}
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(s.dir, &disk); err != nil {
		return onDisk("looking at the disk of "+s.dir, err)
	}
	free := int64(disk.Bavail) * disk.Bsize //nolint:gosec // what a disk has is no more than an int64
	if need <= free {
		return nil
	}
	return &archwire.Error{
		Code:    archwire.Unavailable,
		Message: fmt.Sprintf("the slices to fetch have %s by the manifest, and the disk of %s has %s free", gigabytes(need), s.dir, gigabytes(free)),
		Hint:    "Free some space, name a folder on another disk with --work, or pull less with --practice and --dataset.",
	}
}

func gigabytes(n int64) string { return fmt.Sprintf("%.2f GB", float64(n)/1e9) }
