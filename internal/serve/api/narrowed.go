package api

import (
	"slices"

	"archwire"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/problem"
)

// name tells editions apart: by the publication, and by what the one in service
// closes of it.
func (e *edition) name() string { return string(e.Manifest.ID) + e.Manifest.Narrowed }

// continues says that a page cannot follow where a cursor ended: what may be seen of
// the publication is not what it was.
func (e *edition) continues(after cursor.Cursor) error {
	if after.Narrowed != e.Manifest.Narrowed {
		return cursor.Expired()
	}
	return nil
}

// narrowed says that changes cannot be told since a publication of which the caller
// was shown what is closed to it today.
func narrowed() *problem.Problem {
	return startOver("What may be seen of the publications is not what it was: a column has become stricter.")
}

// narrowed says whether some of what is asked for was shown to the caller in the
// publication before otherwise than it is today, in one of the profiles or in that of
// one of the tenants: a column that became stricter, or rows by a location that did.
func (q *changesRequest) narrowed(profiles []archwire.Profile) bool {
	datasets := q.before.ed.Manifest.Datasets
	i := slices.IndexFunc(datasets, func(d archwire.Dataset) bool { return d.Name == q.then })
	if i < 0 || datasets[i].Published == nil {
		return false
	}
	d, what := datasets[i], q.before.rowsOf()
	what.Located = d.Published.Located()
	for _, id := range q.tenants {
		access, ok := q.before.Scope.Opens(id, what)
		if ok && len(access.Locations) > 0 && !d.Located() {
			return true
		}
		profiles = append(profiles, access.Profile)
	}
	asked := func(name string) bool {
		named := func(f archwire.DatasetColumn) bool { return f.Name == name }
		return !q.chosen || slices.Contains(d.Key, name) || slices.ContainsFunc(q.fields, named)
	}
	return slices.ContainsFunc(profiles, func(p archwire.Profile) bool { return slices.ContainsFunc(d.Narrowed(p), asked) })
}
