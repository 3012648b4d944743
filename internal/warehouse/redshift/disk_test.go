package redshift

import (
	"io/fs"
	"syscall"
	"testing"

	"archwire"
)

// A full disk of this machine is told as one, and not taken for a lost connection:
// the system's error numbers have the methods of a net.Error.
func TestAFullDiskIsNoLostConnection(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "data/tmp/0.parquet", Err: syscall.ENOSPC}
	if isLost(full) {
		t.Error("a full disk passes for a lost connection")
	}
	const want = "fetching what was unloaded: the disk is full"
	err := onDisk("fetching what was unloaded", full)
	if err.Error() != want || archwire.CodeOf(err) != archwire.Unavailable || archwire.HintOf(err) == "" {
		t.Errorf("it is told as %q (%v, %q), want %q with a hint", err, archwire.CodeOf(err), archwire.HintOf(err), want)
	}
}
