package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"archwire"
	"archwire/internal/project"
)

// leastFree is the free space below which a run may well fill the disk.
const leastFree = 1 << 30

// disks looks at the free space where the store, the state and the ledger lie, as far
// as these are folders of this machine, and where files lie on their way from a
// warehouse elsewhere; one that lies here looks at its own.
func disks(p *project.Project) []archwire.Diagnosis {
	var found []archwire.Diagnosis
	if url, err := p.ResolveStore(); err == nil { // else the store has said so
		if path, ok := strings.CutPrefix(url, "file:"); ok {
			found = append(found, disk("store: disk", path, "Free some space, or move store in archwire.yaml to a larger disk."))
		} else {
			found = append(found, disk("cache: disk", p.Path(p.Cache.Path), "Free some space, or move cache.path in archwire.yaml to a larger disk."))
		}
	}
	if url, err := p.ResolveState(); err == nil { // else the state has said so
		if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
			found = append(found, disk("state: disk", filepath.Dir(path), "Free some space, or move state in archwire.yaml to a larger disk."))
		}
	}
	if warehouseFile(p) == "" {
		found = append(found, disk("files on their way: disk", p.Scratch(), "Free some space, or keep the project on a larger disk."))
	}
	return append(found, disk("ledger: disk", p.Path(p.Ledger.Path),
		"Free some space, or move ledger.path in archwire.yaml to a larger disk: what cannot be written down is not answered."))
}

// disk looks at the free space where a folder lies, or will.
func disk(what, folder, do string) archwire.Diagnosis {
	var stat unix.Statfs_t
	err := unix.Statfs(folder, &stat)
	for parent := filepath.Dir(folder); errors.Is(err, fs.ErrNotExist) && parent != folder; parent = filepath.Dir(folder) {
		folder = parent
		err = unix.Statfs(folder, &stat)
	}
	if err != nil {
		return sick(what, os.NewSyscallError("statfs", err))
	}
	free := stat.Bavail * uint64(stat.Bsize) //nolint:gosec // a block size is positive
	d := archwire.Diagnosis{What: what, OK: free >= leastFree, Says: fmt.Sprintf("%.1f GB are free in %s", float64(free)/1e9, folder)}
	if !d.OK {
		d.Do = do
	}
	return d
}
