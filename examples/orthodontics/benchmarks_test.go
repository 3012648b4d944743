package orthodontics_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// A member is a practice of an invented world: where it belongs, its figure in
// hundredths and how many people stand behind it.
type member struct {
	region, size string
	own, people  int
}

// counts says whether the member's figure counts in cells.
func (m member) counts() bool { return m.people >= 11 }

// A shown cell is what the project's SQL publishes of one.
type shownCell struct {
	suppressed, lower, median, upper, practices string
}

// A world is the practices of one month, and what is published of them.
type world struct {
	members []member
	cells   map[string]shownCell
}

// cellsOf are the names of the cells that a member belongs to.
func (m member) cells() []string {
	return []string{"all", "size: " + m.size, "region: " + m.region, "region: " + m.region + ", size: " + m.size}
}

var sizes = []string{"under 150", "150 to 349", "350 and more"}

// randomWorld has up to six regions and three sizes, filled unevenly so that
// combinations are empty, small or large, and now and then a giant.
func randomWorld(r *rand.Rand) world {
	var w world
	regions := 1 + r.IntN(6)
	crowding := 1 + r.IntN(4)
	for range 3 + r.IntN(25*crowding) {
		m := member{size: sizes[r.IntN(3)], own: r.IntN(20000), people: 5 + r.IntN(300)}
		m.region = fmt.Sprint("r", min(r.IntN(regions), r.IntN(regions)))
		if r.IntN(3) == 0 { // practices of a region are often alike
			m.size = sizes[int(m.region[1]-'0')%3]
		}
		if r.IntN(25) == 0 {
			m.people *= 60
		}
		w.members = append(w.members, m)
	}
	return w
}

// publish computes the cells of all worlds by the project's own models, each
// world in a month of its own, as figures of the metric.
func publish(t *testing.T, metric string, worlds []world) {
	t.Helper()
	warehouse, err := duckdb.Open(t.Context(), duckdb.Config{Path: filepath.Join(t.TempDir(), "w.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer warehouse.Close() //nolint:errcheck // nothing left to lose
	var rows strings.Builder
	for month, w := range worlds {
		for id, m := range w.members {
			fmt.Fprintf(&rows, "%s(%d, date '1900-01-01' + %d, '%s', '%s', '%s', cast(%d.%02d as decimal(18, 4)), %d, %t)",
				map[bool]string{true: ",\n"}[rows.Len() > 0], id, month, metric, m.size, m.region, m.own/100, m.own%100, m.people, m.counts())
		}
	}
	models := []archwire.Model{{
		Name: "benchmarks.figures", Key: []string{"practice_id", "month"},
		SQL: "select * from (values\n" + rows.String() + ") as v (practice_id, month, metric, size, region, own, people, counts)",
	}}
	project := load(t).Models
	for _, name := range []string{"scales", "sizes", "regions", "regions_by_size", "cells"} {
		i := slices.IndexFunc(project, func(m archwire.Model) bool { return m.Name == "benchmarks."+name })
		if i < 0 {
			t.Fatalf("there is no model benchmarks.%s", name)
		}
		models = append(models, project[i])
	}
	for _, m := range models {
		if _, err := warehouse.Refresh(t.Context(), m, archwire.RefreshScope{}); err != nil {
			t.Fatalf("computing %s: %v", m.Name, err)
		}
	}
	for i := range worlds {
		worlds[i].cells = map[string]shownCell{}
	}
	query := archwire.Query{SQL: `select month - date '1900-01-01', cell, suppressed, lower_quartile, median, upper_quartile, practices from benchmarks.cells`}
	for b, err := range warehouse.Query(t.Context(), query) {
		if err != nil {
			t.Fatal(err)
		}
		months := b.Column(0).(*array.Int64)
		for i := range int(b.NumRows()) {
			text := func(c int) string { return b.Column(c).ValueStr(i) }
			worlds[months.Value(i)].cells[text(1)] = shownCell{text(2), text(3), text(4), text(5), text(6)}
		}
	}
}

// A safe group of practices may be told of: at least five, none with over half
// of the people.
func safe(group []member) bool {
	most, people := 0, 0
	for _, m := range group {
		most, people = max(most, m.people), people+m.people
	}
	return len(group) >= 5 && 2*most <= people
}

// groups are the members that count, by cell.
func (w world) groups() map[string][]member {
	all := map[string][]member{}
	for _, m := range w.members {
		if m.counts() {
			for _, c := range m.cells() {
				all[c] = append(all[c], m)
			}
		}
	}
	return all
}

func TestACellIsShownOnlyWhereItIsSafe(t *testing.T) {
	worlds := randomWorlds(200)
	publish(t, "no_show_rate", worlds)
	said := map[string]int{}
	for i, w := range worlds {
		groups := w.groups()
		if len(groups) != len(w.cells) {
			t.Errorf("world %d has %d cells, published are %d", i, len(groups), len(w.cells))
		}
		for name, group := range groups {
			c := w.cells[name]
			said[c.suppressed]++
			if want := reason(group); want != "" && c.suppressed != want {
				t.Errorf("world %d, %s with %d practices: suppressed is %q, want %q", i, name, len(group), c.suppressed, want)
			}
			if null := c.lower == array.NullValueStr && c.median == array.NullValueStr && c.upper == array.NullValueStr && c.practices == array.NullValueStr; null != (c.suppressed != "") {
				t.Errorf("world %d, %s: suppressed is %q, but published is %v", i, name, c.suppressed, c)
			}
			if want := fmt.Sprint(len(group) / 5 * 5); c.suppressed == "" && c.practices != want {
				t.Errorf("world %d, %s: practices is %s, want %s", i, name, c.practices, want)
			}
		}
	}
	for _, word := range []string{"", "practices", "share", "complement"} {
		if said[word] < 20 {
			t.Errorf("%d cells of all worlds are suppressed for %q: the worlds do not exercise it", said[word], word)
		}
	}
}

// reason is why a group may not be told of; empty when it may.
func reason(group []member) string {
	switch {
	case len(group) < 5:
		return "practices"
	case !safe(group):
		return "share"
	}
	return ""
}

func TestWhatIsSafeThroughoutIsShown(t *testing.T) {
	var worlds []world
	for n := range 20 {
		var w world
		for i := range (n%5 + 1) * 3 * 5 {
			w.members = append(w.members, member{region: fmt.Sprint("r", i/15), size: sizes[i%3], own: 100 * i, people: 40 + n})
		}
		worlds = append(worlds, w)
	}
	publish(t, "no_show_rate", worlds)
	for i, w := range worlds {
		for name, c := range w.cells {
			if c.suppressed != "" {
				t.Errorf("world %d: %s is suppressed (%s), though five practices are in every cell", i, name, c.suppressed)
			}
		}
	}
}

// randomWorlds are the same each time.
func randomWorlds(n int) []world {
	r := rand.New(rand.NewPCG(1, 2))
	worlds := make([]world, n)
	for i := range worlds {
		worlds[i] = randomWorld(r)
	}
	return worlds
}
