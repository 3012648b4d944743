package chaostest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A judge compares what is in service with the history of the source.
type judge struct {
	reader *reader
	db     *database
	inbox  *inbox
	shown  *world           // the sources as the last publication shows them
	seen   map[string]int64 // the versions that publications show, by their ids
	newest int64            // of them
	files  map[string]int   // the states of the inbox that publications show, by their ids
	latest int              // of them
}

func newJudge(t *testing.T, db *database, inbox *inbox) *judge {
	t.Helper()
	return &judge{reader: newReader(t), db: db, inbox: inbox, shown: newWorld(), seen: map[string]int64{}, files: map[string]int{}}
}

// look reads the publication in service. Whatever has happened, it must be whole
// and show the source as it was after one of its transactions, no earlier one
// than the publication before.
func (j *judge) look(t *testing.T, folder string, e edition) {
	t.Helper()
	p := j.reader.current(t, folder)
	if p == nil {
		if len(j.seen) > 0 {
			t.Fatal("there is no publication in service any more")
		}
		return
	}
	version := j.version(t, p)
	if before, seen := j.seen[p.id]; seen {
		if version != before || version != j.shown.version {
			t.Fatalf("publication %s shows version %d; before it showed %d, and what was in service %d", p.id, version, before, j.shown.version)
		}
		return
	}
	before := j.newest
	j.seen[p.id], j.newest = version, version
	if version < before || version > int64(len(j.db.log)) {
		t.Fatalf("publication %s shows version %d, after one that shows %d; the source is at %d", p.id, version, before, len(j.db.log))
	}
	j.db.play(j.shown, version)
	j.unpack(t, p)
	if e.blocked(j.shown) {
		t.Errorf("publication %s shows version %d, which lacks what the project %s needs", p.id, version, e)
	}
	if j.shown.spoilt() {
		t.Errorf("publication %s shows version %d, to which a check objects", p.id, version)
	}
	j.slices(t, p, e)
	j.manifest(t, p)
}

// lines are the index's lines of one dataset and profile.
func (p *publication) lines(dataset, profile string) []slice {
	var out []slice
	for _, s := range p.index {
		if s.dataset == dataset && s.profile == profile {
			out = append(out, s)
		}
	}
	return out
}

// slices compares every slice with the world.
func (j *judge) slices(t *testing.T, p *publication, e edition) {
	t.Helper()
	var listed int
	for _, d := range e.datasets() {
		want := d.rows(j.shown)
		for _, profile := range d.listed() {
			lines := p.lines(d.name, profile.name)
			listed += len(lines)
			var names []string
			columns := d.seen(profile)
			for _, c := range columns {
				names = append(names, d.columns[c].name)
			}
			j.compare(t, fmt.Sprintf("publication %s, version %d, %s for %s", p.id, j.shown.version, d.name, profile.name),
				lines, j.reader.rows(t, p, lines, names), want, columns)
		}
	}
	if listed != len(p.index) {
		t.Errorf("publication %s lists %d slices, %d of which are of known datasets and profiles", p.id, len(p.index), listed)
	}
}

// compare compares the slices of one dataset and profile, tenant by tenant.
func (j *judge) compare(t *testing.T, what string, lines []slice, got map[string][][]string, want byShop, columns []int) {
	t.Helper()
	tenants := map[string]bool{}
	for _, s := range lines {
		tenants[s.tenant] = true
		shop, err := strconv.ParseInt(s.tenant, 10, 64)
		if err != nil {
			t.Fatalf("%s: tenant %q", what, s.tenant)
		}
		var expected [][]string
		for _, row := range want[shop] {
			var visible []string
			for _, c := range columns {
				visible = append(visible, row[c])
			}
			expected = append(expected, visible)
		}
		if !slices.EqualFunc(expected, got[s.sha], slices.Equal) {
			t.Errorf("%s: shop %d (- expected, + published)\n%.3000s", what, shop, cmp.Diff(expected, got[s.sha]))
		}
		if int64(len(got[s.sha])) != s.rows {
			t.Errorf("%s: shop %d has %d rows, the index says %d", what, shop, len(got[s.sha]), s.rows)
		}
	}
	for shop := range j.shown.shops {
		if !tenants[strconv.FormatInt(shop, 10)] {
			t.Errorf("%s: shop %d has no slice", what, shop)
		}
	}
	if len(tenants) != len(lines) || len(tenants) != len(j.shown.shops) {
		t.Errorf("%s: %d slices of %d tenants, instead of %d", what, len(lines), len(tenants), len(j.shown.shops))
	}
}

// manifest compares what a publication says of itself with the history.
func (j *judge) manifest(t *testing.T, p *publication) {
	t.Helper()
	m := p.manifest
	got, want := map[string]shop{}, map[string]shop{}
	for _, tenant := range m.Tenants {
		got[tenant.ID] = shop{tenant.Label, tenant.Timezone}
	}
	for id, s := range j.shown.shops {
		want[strconv.FormatInt(id, 10)] = s
	}
	if !maps.Equal(got, want) || len(m.Tenants) != len(want) {
		t.Errorf("publication %s, version %d, lists the tenants %v, instead of %v", p.id, j.shown.version, got, want)
	}
	if day := date(j.shown.day()); m.AsOf != day {
		t.Errorf("publication %s is as of %s; the newest sale of version %d is of %s", p.id, m.AsOf, j.shown.version, day)
	}
	rows := map[string]int64{}
	for _, table := range m.Verification.Tables {
		rows[table.Table] = table.WarehouseRows
		if table.SourceRows != table.WarehouseRows {
			t.Errorf("publication %s was made although %s has %d rows, and its copy %d", p.id, table.Table, table.SourceRows, table.WarehouseRows)
		}
	}
	if diff := cmp.Diff(j.shown.rows(), rows); diff != "" {
		t.Errorf("publication %s, version %d: rows verified (- expected, + said)\n%s", p.id, j.shown.version, diff)
	}
	j.through(t, p)
}

// through holds data_through against the moments of the transactions: what was
// committed by then is in the publication.
func (j *judge) through(t *testing.T, p *publication) {
	t.Helper()
	through, next := p.manifest.DataThrough, j.shown.version
	if next < int64(len(j.db.log)) && j.db.log[next].ended.Before(through) {
		t.Errorf("publication %s says that it holds all until %s; it lacks version %d, committed by %s",
			p.id, through, next+1, j.db.log[next].ended.UTC())
	}
	if began := j.db.log[next-1].began; through.Before(began.Add(-time.Minute)) || p.manifest.CreatedAt.Before(through.Add(-time.Second)) {
		t.Errorf("publication %s was made at %s, says that it holds all until %s and shows a transaction begun at %s",
			p.id, p.manifest.CreatedAt, through, began.UTC())
	}
}
