package object

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// lost is how old a file in the making is that nobody finishes.
const lost = 24 * time.Hour

// A cachedFile is a file of the cache.
type cachedFile struct {
	path string
	size int64
	used time.Time
}

var (
	cachedName   = regexp.MustCompile(`^[0-9a-f]{64}\.parquet$`)
	fetchingName = regexp.MustCompile(`^fetch-[0-9]+$`)
)

// files lists the cache's files, with the bytes of all and of
// those that are being fetched, and removes what was never
// finished. What the cache does not itself name so is another's, and not in the list.
// What cannot be looked at is left out: it was just removed.
func (c *Cache) files(now time.Time) (files []cachedFile, total int64) {
	for _, folder := range names(c.root) {
		in := filepath.Join(c.root, folder)
		for _, name := range names(in) {
			path := filepath.Join(in, name)
			var stat unix.Stat_t
			switch {
			case in == c.fetching() && fetchingName.MatchString(name):
				if unix.Lstat(path, &stat) != nil {
					continue
				}
				if now.Sub(time.Unix(stat.Mtim.Unix())) > lost {
					os.Remove(path) //nolint:errcheck // another process may have removed it; it is the cache's
					continue
				}
				total += stat.Size
			case len(folder) == 2 && strings.HasPrefix(name, folder) && cachedName.MatchString(name):
				if unix.Lstat(path, &stat) == nil && stat.Mode&unix.S_IFMT == unix.S_IFREG {
					files, total = append(files, cachedFile{path, stat.Size, time.Unix(stat.Atim.Unix())}), total+stat.Size
				}
			}
		}
	}
	return files, total
}

// names are those in a folder, none in what is no folder.
func names(folder string) (names []string) {
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
