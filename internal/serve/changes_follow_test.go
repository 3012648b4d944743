package serve_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A follower keeps a copy of a dataset as /rows shows it to a key, by its feed.
type follower struct {
	name, key string
	path      string // of the dataset
	query     string // further parameters of rows and changes alike
	keys      []string

	rows  map[string]string // by the values of the key
	since string
	begun int // how often it began anew
}

// page is a page of rows or changes.
type page struct {
	Data []json.RawMessage
	Meta struct{ Publication, Since string }
	Page struct{ Next *string }
}

func (b *bundle) page(t *testing.T, path, key string) (p page, status int) {
	t.Helper()
	r := b.get(t, path, key)
	if r.status == 200 {
		must(t, json.Unmarshal([]byte(r.text), &p))
	}
	return p, r.status
}

// keyOf are the values of the key of a row, as they are written.
func (f *follower) keyOf(t *testing.T, row string) string {
	t.Helper()
	var members map[string]json.RawMessage
	must(t, json.Unmarshal([]byte(row), &members))
	var key []string
	for _, name := range f.keys {
		value, ok := members[name]
		if !ok {
			t.Fatalf("%s: no %s in %s", f.name, name, row)
		}
		key = append(key, string(value))
	}
	return strings.Join(key, " ")
}

// whole reads all rows.
func (f *follower) whole(t *testing.T, b *bundle) (rows map[string]string, publication string) {
	t.Helper()
	rows = map[string]string{}
	for cursor := ""; ; {
		p, status := b.page(t, f.path+"/rows?limit=10000"+f.query+cursor, f.key)
		if status == 404 {
			return rows, "" // nothing is open to it
		}
		if status != 200 {
			t.Fatalf("%s: rows answer %d", f.name, status)
		}
		for _, row := range p.Data {
			rows[f.keyOf(t, string(row))] = string(row)
		}
		if publication = p.Meta.Publication; p.Page.Next == nil {
			return rows, publication
		}
		cursor = "&cursor=" + url.QueryEscape(*p.Page.Next)
	}
}

// begin puts all rows in the place of what it has.
func (f *follower) begin(t *testing.T, b *bundle) {
	t.Helper()
	f.rows, f.since = f.whole(t, b)
	f.begun++
}

// follow applies the changes up to the publication that was in service when the
// first page was read; between is called after each page. It returns the status.
func (f *follower) follow(t *testing.T, b *bundle, limit int, between func()) int {
	t.Helper()
	target := ""
	for cursor := ""; ; {
		p, status := b.page(t, fmt.Sprintf("%s/changes?since=%s&limit=%d%s%s", f.path, f.since, limit, f.query, cursor), f.key)
		if status != 200 {
			return status
		}
		if target == "" {
			target = p.Meta.Publication
		}
		if p.Meta.Publication != target || p.Meta.Since != f.since || len(p.Data) > limit {
			t.Fatalf("%s: a page of %d changes from %s to %s, where the first one led to %s", f.name, len(p.Data), p.Meta.Since, p.Meta.Publication, target)
		}
		for _, change := range p.Data {
			f.apply(t, string(change))
		}
		if p.Page.Next == nil {
			f.since = target
			return status
		}
		cursor = "&cursor=" + url.QueryEscape(*p.Page.Next)
		between()
	}
}

// apply applies one change, which must change something.
func (f *follower) apply(t *testing.T, change string) {
	t.Helper()
	key := f.keyOf(t, change)
	before, there := f.rows[key]
	if rest, ok := strings.CutPrefix(change, `{"op":"upsert",`); ok {
		row := "{" + strings.Replace(rest, `"op_":`, `"op":`, 1) // as a column of that name leaves in a change
		if before == row {
			t.Errorf("%s: an upsert of what is there: %s", f.name, change)
		}
		f.rows[key] = row
		return
	}
	if !strings.HasPrefix(change, `{"op":"delete",`) || !there {
		t.Errorf("%s: %s of %s", f.name, change, before)
	}
	delete(f.rows, key)
}

// equals holds the copy against /rows.
func (f *follower) equals(t *testing.T, b *bundle) {
	t.Helper()
	want, publication := f.whole(t, b)
	if diff := cmp.Diff(want, f.rows); diff != "" || publication != "" && publication != f.since {
		t.Fatalf("%s at %s differs from the rows of %s (-rows +copy):\n%s", f.name, f.since, publication, diff)
	}
}

func (f *follower) clone() *follower {
	c := *f
	c.rows = maps.Clone(f.rows)
	return &c
}
