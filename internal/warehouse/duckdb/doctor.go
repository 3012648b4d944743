package duckdb

import (
	"context"
	"fmt"
	"path/filepath"
	"syscall"

	"archwire"
)

var _ archwire.Doctor = (*Warehouse)(nil)

// Doctor looks at the file, the engine's settings and the disk.
func (w *Warehouse) Doctor(ctx context.Context) []archwire.Diagnosis {
	return []archwire.Diagnosis{w.engine(ctx), w.disk()}
}

func (w *Warehouse) engine(ctx context.Context) archwire.Diagnosis {
	d := archwire.Diagnosis{What: "warehouse: engine"}
	var version, memory, threads, size string
	err := w.db.QueryRowContext(ctx, `SELECT version(), current_setting('memory_limit'), current_setting('threads'), database_size
		FROM pragma_database_size() WHERE database_name = current_database()`).Scan(&version, &memory, &threads, &size)
	if err != nil {
		d.Says, d.Do = classify("asking the warehouse", err).Error(), "Check that the file "+w.path+" is intact."
		return d
	}
	d.OK = true
	d.Says = fmt.Sprintf("DuckDB %s on %s (%s), %s of memory, %s threads", version, w.path, size, memory, threads)
	return d
}

// leastFree is the free space below which a load is likely to fail.
const leastFree = 1 << 30

func (w *Warehouse) disk() archwire.Diagnosis {
	d := archwire.Diagnosis{What: "warehouse: disk"}
	folder := filepath.Dir(w.path)
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		d.Says, d.Do = fmt.Sprintf("free space of %s is unknown: %v", folder, err), "Check that the folder exists and may be written."
		return d
	}
	free := stat.Bavail * uint64(stat.Bsize) //nolint:gosec // a block size is positive
	d.Says = fmt.Sprintf("%.1f GB are free in %s", float64(free)/1e9, folder)
	if d.OK = free >= leastFree; !d.OK {
		d.Do = "Free space: a load writes each table anew before the old one goes."
	}
	return d
}
