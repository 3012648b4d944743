package chaostest

import (
	"maps"
	"slices"
	"strconv"
	"testing"
)

// unpack finds out which state of the inbox a publication shows: the first one whose
// rows it has, no earlier than that of the publication before.
func (j *judge) unpack(t *testing.T, p *publication) {
	t.Helper()
	for at := j.latest; at < len(j.inbox.log); at++ {
		j.shown.shelf = j.inbox.log[at]
		if !j.shown.shelf.blocked && j.shows(t, p, "parcels") && j.shows(t, p, "readings") {
			j.files[p.id], j.latest = at, at
			return
		}
	}
	t.Errorf("publication %s shows the files as they were at no time; compared with what they are now:", p.id)
	j.files[p.id] = len(j.inbox.log) - 1
}

// shows says whether a dataset has the rows that follow from the shown world.
func (j *judge) shows(t *testing.T, p *publication, name string) bool {
	t.Helper()
	d := datasets()[slices.IndexFunc(datasets(), func(d dataset) bool { return d.name == name })]
	profile := d.listed()[len(d.listed())-1] // the one that sees all
	var columns []string
	for _, c := range d.columns {
		columns = append(columns, c.name)
	}
	lines := p.lines(name, profile.name)
	got, want := j.reader.rows(t, p, lines, columns), d.rows(j.shown)
	for _, s := range lines {
		shop, err := strconv.ParseInt(s.tenant, 10, 64)
		if err != nil || !slices.EqualFunc(want[shop], got[s.sha], slices.Equal) {
			return false
		}
	}
	return true
}

// rows are those of a state of the inbox, as datasets have them.
func (*inbox) rows(s shelf) []byShop {
	w := &world{shelf: s}
	return []byShop{parcels(w), readings(w)}
}

// version is the state of the source that a publication shows to all tenants
// alike.
func (j *judge) version(t *testing.T, p *publication) int64 {
	t.Helper()
	lines := p.lines("version", "aggregate")
	rows := j.reader.rows(t, p, lines, []string{"version"})
	versions := map[string]bool{}
	for _, s := range lines {
		for _, row := range rows[s.sha] {
			versions[row[0]] = true
		}
	}
	if len(versions) != 1 {
		t.Fatalf("publication %s shows the versions %v", p.id, slices.Collect(maps.Keys(versions)))
	}
	for v := range versions {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	panic("not reached")
}
