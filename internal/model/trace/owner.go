package trace

import (
	"maps"
	"slices"
)

// An owner is whose the rows of a FROM item are: their tenant, as columns tell
// it. A query that joins two tenanted relations has two owners until a condition
// equates them.
type owner struct {
	keys    []int // names of this owner; one that was equated with others goes by theirs, too
	members set   // columns that are the tenant or, where an outer join found no row, NULL

	// In each row, all members of at least one of these sets are the tenant. A
	// member of all of them is surely the tenant. A FULL JOIN has one for each side.
	cover []set
}

// A set holds numbers of columns.
type set map[int]bool

func (o *owner) clone() *owner {
	out := &owner{keys: slices.Clone(o.keys), members: maps.Clone(o.members)}
	for _, s := range o.cover {
		out.cover = append(out.cover, maps.Clone(s))
	}
	return out
}

// sure says whether a column is the tenant in every row.
func (o *owner) sure(id int) bool { return o.covered(set{id: true}) }

// covered says whether members tell the tenant of every row between them.
func (o *owner) covered(ids set) bool {
	for _, s := range o.cover {
		if !meet(s, ids) {
			return false
		}
	}
	return len(o.cover) > 0
}

func meet(a, b set) bool {
	for id := range a {
		if b[id] {
			return true
		}
	}
	return false
}

// add makes a column one that is surely the tenant.
func (o *owner) add(id int) {
	o.members[id] = true
	for _, s := range o.cover {
		s[id] = true
	}
}

// absorb takes in an owner that a condition has equated with o.
func (o *owner) absorb(other *owner) {
	o.keys = append(o.keys, other.keys...)
	for id := range other.members {
		if other.sure(id) {
			o.add(id)
		}
		o.members[id] = true
	}
}

// goesBy says whether key is a name of o.
func (o *owner) goesBy(key int) bool { return slices.Contains(o.keys, key) }

// A bond says that a column is the tenant of an owner outside the query it
// stands in.
type bond struct {
	key  int
	sure bool
}
