package publish_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

const allVisits = `select * replace (cast(amount as varchar) as amount) from slice order by practice_id, visit_id`

func TestPublish_ServesTheRowsOfTheWarehouse(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	b.publish(t, input())
	got := rows(t, b.current(t).Query(t.Context(), scope(t, archwire.Identified), of("visit"), nil, archwire.Query{SQL: allVisits}))
	want := [][]string{
		{"1", "10", "2026-11-19", "(null)", "p-2", "Bob Bent"},
		{"1", "11", "2026-11-20", "10.50", "p-1", "Ann Able"},
		{"2", "20", "2026-11-20", "20.00", "p-3", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestPublish_ManifestSaysWhatItIsMadeOf(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	in := input()
	m, stats := b.publish(t, in)
	if m.Format != 1 || m.Previous != "" || m.Slices != 9 || stats.Slices != 9 || !strings.HasPrefix(string(m.ID), m.CreatedAt.Format("20060102T150405Z-")) {
		t.Errorf("manifest %+v", m)
	}
	text, err := os.ReadFile(filepath.Join(b.dir, "publications", string(m.ID), "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var stored archwire.Manifest
	if err := json.Unmarshal(text, &stored); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, stored); diff != "" {
		t.Errorf("the manifest in the store differs (-returned +stored):\n%s", diff)
	}
	in.Datasets[0].From = "" // where rows come from is nobody's business outside
	want := archwire.Manifest{
		Format: 1, ID: m.ID, AsOf: in.AsOf, DataThrough: in.DataThrough, CreatedAt: m.CreatedAt, Run: in.Run,
		Project: in.Project, Version: in.Version, Noun: in.Noun, Tenants: in.Tenants, Datasets: in.Datasets,
		Metrics: in.Metrics, Verification: in.Verification, IndexSHA256: m.IndexSHA256, Slices: 9,
	}
	if diff := cmp.Diff(want, stored); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	if got := b.current(t).Manifest(); got.ID != m.ID {
		t.Errorf("in service is %s, want %s", got.ID, m.ID)
	}
}

func TestPublish_WritesOnlyWhatChanged(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	first, _ := b.publish(t, input())

	second, stats := b.publish(t, input())
	if stats.Written != 0 || stats.Reused != 9 || second.Previous != first.ID || second.IndexSHA256 != first.IndexSHA256 {
		t.Errorf("nothing changed: %+v, index %s after %s", stats, second.IndexSHA256, first.IndexSHA256)
	}
	b.visits(t, "21.00") // a public column of tenant 2: each of its variants
	_, stats = b.publish(t, input())
	if stats.Written != 3 || stats.Reused != 6 {
		t.Errorf("one tenant changed: %+v, want 3 written", stats)
	}
	in := input()
	in.Datasets[0].Contract = 2
	if _, stats = b.publish(t, in); stats.Written != 0 || stats.Slices != 9 {
		t.Errorf("the same bytes under another contract are no new slices: %+v", stats)
	}
	in.Datasets[0].Columns[0].Description = "a description"
	if _, stats = b.publish(t, in); stats.Written != 0 {
		t.Errorf("a description changed: %+v, want nothing written", stats)
	}
}

func TestPublish_DashboardsTravelWithTheManifest(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	in := input()
	first, _ := b.publish(t, in)
	in.Dashboards = []archwire.Dashboard{{Name: "page", Title: "Page", Position: 1, Filters: []string{}, Tiles: []archwire.Tile{
		{Kind: archwire.TileNumber, Metrics: []string{in.Metrics[0].Name}, Target: "0.10", Filter: map[string]string{"a": "gt:1"}, Width: 3},
	}}}
	in.Metrics[0].Rows = &archwire.Behind{Dataset: "visit", Filter: map[string]string{"a": "b"}}
	second, stats := b.publish(t, in)
	if stats.Written != 0 || second.ID == first.ID || second.IndexSHA256 != first.IndexSHA256 {
		t.Errorf("%+v, index %s after %s", stats, second.IndexSHA256, first.IndexSHA256)
	}
	now := b.current(t).Manifest()
	if diff := cmp.Diff(in.Dashboards, now.Dashboards); diff != "" {
		t.Errorf("in service (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(in.Metrics, now.Metrics); diff != "" {
		t.Errorf("in service (-want +got):\n%s", diff)
	}
	back, err := b.store.Rollback(t.Context(), b.reader, first.ID)
	if err != nil || back.Dashboards != nil || back.Metrics[0].Rows != nil {
		t.Errorf("rolled back to %+v, %v", back, err)
	}
}

func TestPublish_WritesAgainWhatTheStoreLost(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	m, _ := b.publish(t, input())
	all := scope(t, archwire.Identified)
	lost, err := b.current(t).Slices(t.Context(), all, of("visit"), []string{"1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(b.slicePath(lost[0].SHA256)); err != nil {
		t.Fatal(err)
	}
	again, _ := b.publish(t, input())
	if again.IndexSHA256 != m.IndexSHA256 {
		t.Error("the same rows gave another index")
	}
	if got := rows(t, b.current(t).Query(t.Context(), all, of("visit"), []string{"1"}, archwire.Query{SQL: allVisits})); len(got) != 2 {
		t.Errorf("rows of the slice written again: %v", got)
	}
}

func TestPublish_FreshHealsAlteredSlices(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	b.publish(t, input())
	all := scope(t, archwire.Identified)
	slices, err := b.current(t).Slices(t.Context(), all, of("visit"), []string{"1"})
	if err != nil {
		t.Fatal(err)
	}
	b.alter(t, b.slicePath(slices[0].SHA256))
	b.publisher.Fresh = true
	b.publish(t, input())
	if got := rows(t, b.current(t).Query(t.Context(), all, of("visit"), []string{"1"}, archwire.Query{SQL: allVisits})); len(got) != 2 {
		t.Errorf("rows of the healed slice: %v", got)
	}
}

// What a reader's error says about an altered slice is what helps.
func TestPublish_DeletingAnAlteredSliceHealsIt(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	b.publish(t, input())
	all := scope(t, archwire.Identified)
	query := func() ([][]string, error) {
		return tryRows(b.current(t).Query(t.Context(), all, of("visit"), []string{"1"}, archwire.Query{SQL: allVisits}))
	}
	slices, err := b.current(t).Slices(t.Context(), all, of("visit"), []string{"1"})
	if err != nil {
		t.Fatal(err)
	}
	path := b.slicePath(slices[0].SHA256)
	b.alter(t, path)
	if _, err := query(); archwire.CodeOf(err) != archwire.Mismatch {
		t.Fatalf("querying an altered slice: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	b.publish(t, input())
	if got, err := query(); err != nil || len(got) != 2 {
		t.Errorf("after publishing again: %v, %v", got, err)
	}
}

func TestPublish_SameDataSameSlices(t *testing.T) {
	var indexes [2]string
	for i, order := range []string{"practice_id, visit_id", "name desc, visit_id desc"} {
		b := setup(t)
		b.visits(t, "20.00")
		b.fill(t, "clinic.ordered", "select * from clinic.visit order by "+order)
		d := visit()
		d.From = "clinic.ordered"
		m, _ := b.publish(t, input(d))
		indexes[i] = m.IndexSHA256
	}
	if indexes[0] != indexes[1] {
		t.Errorf("two warehouses with the same rows gave the indexes %s and %s", indexes[0], indexes[1])
	}
}

func TestPublish_ProfilesThatSeeTheSameShareSlices(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	public := visit()
	public.Name, public.Columns = "public", public.Columns[:3]
	keyed := visit()
	keyed.Name, keyed.Key = "keyed", []string{"visit_id", "patient"}
	m, _ := b.publish(t, input(public, keyed))
	if m.Slices != 3+6 {
		t.Errorf("%d slices, want one a tenant of the public dataset and two of the one whose key is a pseudonym", m.Slices)
	}
	p := b.current(t)
	for _, profile := range archwire.Profiles() {
		got, err := p.Slices(t.Context(), scope(t, profile), of("public"), nil)
		if err != nil || len(got) != 3 || got[0].Profile != archwire.Aggregate {
			t.Errorf("%s is given %+v, %v", profile, got, err)
		}
	}
	_, err := p.Slices(t.Context(), scope(t, archwire.Aggregate), of("keyed"), nil)
	wantCode(t, err, archwire.NotFound)
}

func TestPublish_RefusesRowsThatNobodyCouldBeServed(t *testing.T) {
	engines := setup(t)
	for name, c := range map[string]struct{ sql, want string }{
		"of no tenant":       {"select null::bigint as practice_id, 1::bigint as visit_id", "practice_id is NULL"},
		"of an empty tenant": {"select '' as practice_id, 1::bigint as visit_id", "without a tenant"},
		"of a stranger":      {"select 4::bigint as practice_id, 1::bigint as visit_id", "rows of 1 tenants that the tenant table does not have"},
		"with a shared key":  {"select 1::bigint as practice_id, 1::bigint as visit_id union all select 1, 1", "visit_id"},
		"with a NULL key":    {"select 1::bigint as practice_id, null::bigint as visit_id", "visit_id"},
	} {
		t.Run(name, func(t *testing.T) {
			b := engines.another(t)
			b.visits(t, "20.00")
			before, _ := b.publish(t, input())
			b.fill(t, "clinic.wrong", c.sql)
			wrong := archwire.Dataset{
				Name: "wrong", From: "clinic.wrong", Tenant: "practice_id", Key: []string{"visit_id"}, Contract: 1,
				Columns: []archwire.DatasetColumn{{Name: "visit_id", Type: "int64", Class: archwire.ClassPublic}},
			}
			_, _, err := b.publisher.Publish(t.Context(), input(visit(), wrong))
			wantCode(t, err, archwire.Mismatch)
			if !strings.Contains(err.Error(), "wrong") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q does not name the dataset and %q", err, c.want)
			}
			if got := b.current(t).Manifest().ID; got != before.ID {
				t.Errorf("in service is %s, want %s", got, before.ID)
			}
		})
	}
}

func TestPublish_KeylessDatasetHasOneRowATenant(t *testing.T) {
	b := setup(t)
	d := archwire.Dataset{
		Name: "total", From: "clinic.total", Tenant: "practice_id", Contract: 1,
		Columns: []archwire.DatasetColumn{{Name: "n", Type: "int64", Class: archwire.ClassPublic}},
	}
	b.fill(t, "clinic.total", "select 1::bigint as practice_id, 5::bigint as n")
	b.publish(t, input(d))
	b.fill(t, "clinic.total", "select 1::bigint as practice_id, 5::bigint as n union all select 1, 6")
	_, _, err := b.publisher.Publish(t.Context(), input(d))
	wantCode(t, err, archwire.Mismatch)
}

func TestPublish_OfNothingYet(t *testing.T) {
	b := setup(t)
	b.fill(t, "clinic.visit", `select * from (values (1::bigint, 1::bigint, date '2026-11-20', 1::decimal(12,2), '', '')) v(practice_id, visit_id, day, amount, patient, name) where false`)
	in := input()
	in.Tenants = nil
	m, _ := b.publish(t, in)
	if m.Slices != 0 {
		t.Errorf("%d slices for no tenant", m.Slices)
	}
	_, err := b.current(t).Slices(t.Context(), scope(t, archwire.Identified), of("visit"), nil)
	wantCode(t, err, archwire.NotFound)
	in = input()
	b.publish(t, in)
	if got := rows(t, b.current(t).Query(t.Context(), scope(t, archwire.Identified), of("visit"), nil, archwire.Query{SQL: allVisits})); got != nil {
		t.Errorf("a dataset without rows gives %v", got)
	}
}

func TestPublish_RefusesInputThatCouldNotBeServed(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	twice := input(visit(), visit())
	_, _, err := b.publisher.Publish(t.Context(), twice)
	wantCode(t, err, archwire.Invalid)
	keyless := visit()
	keyless.Key = []string{"no_such_column"}
	_, _, err = b.publisher.Publish(t.Context(), input(keyless))
	wantCode(t, err, archwire.Invalid)
	tenants := input()
	tenants.Tenants[1].ID = "1"
	_, _, err = b.publisher.Publish(t.Context(), tenants)
	wantCode(t, err, archwire.Mismatch)
}

func TestPublish_TellsHowFarItIs(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	var events []archwire.RunEvent
	b.publisher.Progress = func(e archwire.RunEvent) { events = append(events, e) }
	b.publish(t, input())
	last := events[len(events)-1]
	if !last.Done || last.What != "visit" || last.Rows != 9 || last.Of != 9 || last.Verb != archwire.Publish || last.Took <= 0 {
		t.Errorf("the last event is %+v", last)
	}
	for i, e := range events[1:] {
		if e.Rows < events[i].Rows || e.Of != 9 {
			t.Errorf("event %d is %+v after %+v", i+1, e, events[i])
		}
	}
}

// slicePath is where a slice lies.
func (b *bundle) slicePath(sha string) string {
	return filepath.Join(b.dir, "slices", sha[:2], sha+".parquet")
}

// alter changes one byte in the middle of a file and leaves its size.
func (b *bundle) alter(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 0xff
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
