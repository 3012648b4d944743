package publish

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"archwire"
)

// A Moved dataset says what of its slices two publications do not share.
type Moved struct {
	Dataset string
	Changed []string // tenants with other slices, sorted
	Added   []string // tenants that had none before
	Removed []string // tenants that have none any more
	Rows    [2]int64 // of all its tenants, before and after; each tenant's once
	Bytes   [2]int64 // of all its slices
}

// Still says whether the two publications hold the same of the dataset.
func (m Moved) Still() bool { return len(m.Changed)+len(m.Added)+len(m.Removed) == 0 }

// A holding is what one tenant has of a dataset.
type holding struct {
	slices map[archwire.Profile]string
	rows   int64
	bytes  int64
}

// Compare says, dataset by dataset, what the indexes of two publications do not
// share.
func Compare(was, is []archwire.Slice) []Moved {
	before, after := holdings(was), holdings(is)
	names := map[string]bool{}
	for _, of := range []map[string]map[string]holding{before, after} {
		for name := range of {
			names[name] = true
		}
	}
	var out []Moved
	for _, name := range slices.Sorted(maps.Keys(names)) {
		out = append(out, moved(name, before[name], after[name]))
	}
	return out
}

func moved(name string, was, is map[string]holding) Moved {
	m := Moved{Dataset: name}
	for tenant, h := range is {
		m.Rows[1], m.Bytes[1] = m.Rows[1]+h.rows, m.Bytes[1]+h.bytes
		old, there := was[tenant]
		switch {
		case !there:
			m.Added = append(m.Added, tenant)
		case !maps.Equal(old.slices, h.slices):
			m.Changed = append(m.Changed, tenant)
		}
	}
	for tenant, h := range was {
		m.Rows[0], m.Bytes[0] = m.Rows[0]+h.rows, m.Bytes[0]+h.bytes
		if _, there := is[tenant]; !there {
			m.Removed = append(m.Removed, tenant)
		}
	}
	slices.Sort(m.Changed)
	slices.Sort(m.Added)
	slices.Sort(m.Removed)
	return m
}

// holdings are what the tenants have, by dataset and tenant. Profiles see the same
// rows, so these count once.
func holdings(index []archwire.Slice) map[string]map[string]holding {
	out := map[string]map[string]holding{}
	for _, s := range index {
		of := out[s.Dataset]
		if of == nil {
			of = map[string]holding{}
			out[s.Dataset] = of
		}
		h, ok := of[s.Tenant]
		if !ok {
			h.slices = map[archwire.Profile]string{}
		}
		if !slices.Contains(slices.Collect(maps.Values(h.slices)), s.SHA256) {
			h.bytes += s.Bytes
		}
		h.slices[s.Profile], h.rows = s.SHA256, max(h.rows, s.Rows)
		of[s.Tenant] = h
	}
	return out
}

// A Usage says how much a store holds of one kind.
type Usage struct {
	Kind    string // the first folder of their names: slices, publications, ledger
	Objects int
	Bytes   int64
}

// Usage is what the store holds, by kind.
func (s *Store) Usage(ctx context.Context) ([]Usage, error) {
	infos, err := s.objects.List(ctx, "")
	if err != nil {
		return nil, err
	}
	byKind := map[string]Usage{}
	for _, i := range infos {
		kind, _, folder := strings.Cut(i.Name, "/")
		if !folder {
			kind = "publications" // CURRENT and what else belongs to all of them
		}
		u := byKind[kind]
		byKind[kind] = Usage{Kind: kind, Objects: u.Objects + 1, Bytes: u.Bytes + i.Size}
	}
	return slices.SortedFunc(maps.Values(byKind), func(a, b Usage) int { return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), strings.Compare(a.Kind, b.Kind)) }), nil
}
