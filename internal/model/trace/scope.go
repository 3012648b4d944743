package trace

import (
	"maps"
	"slices"
)

// A column is a column of a FROM item or of a result.
type column struct {
	id   int
	name string // in lower case; "" when it is not known
	kind string // SQL type; "" when it is not known
	of   string // the relation that it is a column of; "" when it is of a query
}

// A table is the result of a query: what its reader knows of it.
type table struct {
	columns []column
	blind   bool // there are columns of unknown names
	owner   *owner
	bonds   map[int]bond
}

// An item is a table under the name that a FROM gives it.
type item struct {
	schema, alias string // schema is "" when there is an alias
	columns       []column
	blind         bool
}

// A frame is what a FROM makes visible, with the owners of its rows.
type frame struct {
	items   []item
	merged  map[string]column // by USING and NATURAL
	shown   map[int]column    // what * shows in the place of a column
	hidden  set               // columns that * does not show
	aliases map[string][]node // of the select list
	owners  []*owner
	bonds   map[int]bond
	arrived map[int]node // where an owner joined, by its first key
}

func newFrame() *frame {
	return &frame{
		merged: map[string]column{}, shown: map[int]column{}, hidden: set{},
		bonds: map[int]bond{}, arrived: map[int]node{},
	}
}

func (f *frame) clone() *frame {
	out := *f
	out.items, out.merged = slices.Clone(f.items), maps.Clone(f.merged)
	out.shown, out.hidden = maps.Clone(f.shown), maps.Clone(f.hidden)
	out.bonds, out.arrived = maps.Clone(f.bonds), maps.Clone(f.arrived)
	out.owners = nil
	for _, o := range f.owners {
		out.owners = append(out.owners, o.clone())
	}
	return &out
}

// An env is what surrounds a query: the frames of outer queries, the innermost
// last, and the queries that WITH names.
type env struct {
	frames []*frame
	ctes   map[string]*table
}

// clone is e for a part of the query: what is found out within holds there
// only.
func (e env) clone() env {
	frames := make([]*frame, 0, len(e.frames))
	for _, f := range e.frames {
		frames = append(frames, f.clone())
	}
	return env{frames, e.ctes}
}

// inside is e with one more frame around.
func (e env) inside(f *frame) env { return env{append(slices.Clip(e.frames), f), e.ctes} }

// with is e with one more query of a WITH.
func (e env) with(name string, t *table) env {
	ctes := maps.Clone(e.ctes)
	if ctes == nil {
		ctes = map[string]*table{}
	}
	ctes[name] = t
	return env{e.frames, ctes}
}

// A view is a frame together with what surrounds it.
type view struct {
	*frame
	env
}

func (v view) clone() view { return view{v.frame.clone(), v.env.clone()} }

// all are the frames, from the innermost out.
func (v view) all() []*frame {
	out := []*frame{v.frame}
	for _, f := range slices.Backward(v.frames) {
		out = append(out, f)
	}
	return out
}

// ownerOf is the owner that a column tells, and whether it surely does; nil when
// it tells none. own says that the owner is of v's own frame.
func (v view) ownerOf(id int) (o *owner, sure, own bool) {
	for i, f := range v.all() {
		for _, o := range f.owners {
			if o.members[id] {
				return o, o.sure(id), i == 0
			}
		}
	}
	for _, f := range v.all() {
		if b, ok := f.bonds[id]; ok {
			if o := v.byKey(b.key); o != nil {
				return o, b.sure, slices.Contains(v.owners, o)
			}
		}
	}
	return nil, false, false
}

func (v view) byKey(key int) *owner {
	for _, f := range v.all() {
		for _, o := range f.owners {
			if o.goesBy(key) {
				return o
			}
		}
	}
	return nil
}
