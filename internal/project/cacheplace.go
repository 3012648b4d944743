package project

import (
	"path/filepath"
	"strings"
)

// cachePlace complains about a cache whose folder is, or lies around, the folder of
// what cannot be fetched again: files of the cache are removed to make room. Places
// that only the environment knows are not looked at.
func (l *loader) cachePlace() {
	p := l.project
	places := []struct{ what, folder string }{
		{"the ledger is written", p.Ledger.Path},
	}
	if path := p.Warehouse.Path; path != "" {
		places = append(places, struct{ what, folder string }{"the warehouse lies", filepath.Dir(path)})
	}
	if path, ok := strings.CutPrefix(p.State, "sqlite:"); ok && !reference.MatchString(path) {
		places = append(places, struct{ what, folder string }{"the state lies", filepath.Dir(path)})
	}
	for _, place := range places {
		if within(p.Path(p.Cache.Path), p.Path(place.folder)) {
			l.complaints = append(l.complaints, p.Complaint(Item{Kind: KindProject}, "cache.path",
				"is, or holds, the folder where %s; give the cache a folder of its own, such as data/cache", place.what))
			return
		}
	}
}

// within says whether a path is folder's own or below it.
func within(folder, path string) bool {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return false
	}
	if path, err = filepath.Abs(path); err != nil {
		return false
	}
	rest, err := filepath.Rel(folder, path)
	return err == nil && rest != ".." && !strings.HasPrefix(rest, "../")
}
