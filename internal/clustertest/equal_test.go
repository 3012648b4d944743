package clustertest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
	"archwire/internal/warehouse/duckdb"
)

// A place in an index: whose slice of what.
type place struct{ dataset, profile, tenant string }

// A published is what is in service in a store.
type published struct {
	manifest archwire.Manifest
	slices   map[place]archwire.Slice
}

// inService reads the index of the publication in service.
func inService(t *testing.T, objects object.Store) published {
	t.Helper()
	reader, err := duckdb.OpenReader(t.Context(), duckdb.ReaderConfig{Memory: "256MB", Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close() //nolint:errcheck // only read
	store := publish.NewCachedStore(objects, object.NewCache(t.TempDir(), 1<<30, clock))
	shelf := publish.Shelf{Store: store, Slices: reader}
	ctx := context.WithoutCancel(t.Context())
	current, err := shelf.Current(ctx)
	if err != nil || current.ID == "" {
		t.Fatalf("there is no publication in service: %v", err)
	}
	m, index, err := shelf.Held(ctx, current.ID)
	if err != nil {
		t.Fatal(err)
	}
	out := published{m, map[place]archwire.Slice{}}
	for _, s := range index {
		out.slices[place{s.Dataset, string(s.Profile), s.Tenant}] = s
	}
	return out
}

// A comparison is how far the slices of one dataset are the same in two publications.
type comparison struct {
	dataset                string
	slices, rows           int64
	equal, differ, missing int64
}

// compare holds one publication against another, slice by slice, by the SHA-256 of
// their bytes. It gives a line for each dataset of either, sorted, and names the first
// places that differ.
func compare(want, got published) (lines []comparison, first []string) {
	by := map[string]*comparison{}
	line := func(dataset string) *comparison {
		if by[dataset] == nil {
			by[dataset] = &comparison{dataset: dataset}
		}
		return by[dataset]
	}
	note := func(format string, args ...any) {
		if len(first) < 10 {
			first = append(first, fmt.Sprintf(format, args...))
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(want.slices), place.compare) {
		w, l := want.slices[at], line(at.dataset)
		l.slices, l.rows = l.slices+1, l.rows+w.Rows
		g, ok := got.slices[at]
		switch {
		case !ok:
			l.missing++
			note("%s of %s for %s is not published by the cluster", at.dataset, at.tenant, at.profile)
		case g.SHA256 != w.SHA256:
			l.differ++
			note("%s of %s for %s: %d rows, %d bytes embedded; %d rows, %d bytes from the cluster", at.dataset, at.tenant, at.profile, w.Rows, w.Bytes, g.Rows, g.Bytes)
		default:
			l.equal++
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(got.slices), place.compare) {
		if _, ok := want.slices[at]; !ok {
			line(at.dataset).differ++
			note("%s of %s for %s is published by the cluster only", at.dataset, at.tenant, at.profile)
		}
	}
	for _, dataset := range slices.Sorted(maps.Keys(by)) {
		lines = append(lines, *by[dataset])
	}
	return lines, first
}

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.dataset, o.dataset), cmp.Compare(p.profile, o.profile), cmp.Compare(p.tenant, o.tenant))
}

// same fails the test unless both publications hold the same slices, of the same
// tenants, as of the same day. It gives the comparison dataset by dataset.
func (s *stand) same(t *testing.T) []comparison {
	t.Helper()
	want, got := inService(t, objects(t, s.embedded, "")), inService(t, objects(t, s.cluster, s.store))
	lines, first := compare(want, got)
	for _, says := range first {
		t.Error(says)
	}
	if want.manifest.AsOf != got.manifest.AsOf || want.manifest.Slices != got.manifest.Slices || want.manifest.Slices == 0 {
		t.Errorf("embedded: %d slices as of %s; cluster: %d slices as of %s", want.manifest.Slices, want.manifest.AsOf, got.manifest.Slices, got.manifest.AsOf)
	}
	if !slices.Equal(want.manifest.Tenants, got.manifest.Tenants) {
		t.Errorf("the tenants are %v embedded, and %v on the cluster", want.manifest.Tenants, got.manifest.Tenants)
	}
	return lines
}
