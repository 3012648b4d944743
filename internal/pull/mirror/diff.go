package mirror

import "slices"

// A Change is what leads from one Whole to the next.
type Change struct {
	Replaced []Slice  `json:"-"`    // whose rows are others than before, or new
	Removed  []Place  `json:"-"`    // whose rows go
	Mended   []Place  `json:"-"`    // of these, where the target had other rows than were pulled into it
	Made     []string `json:"made"` // tables that are new or have other columns
	Dropped  []string `json:"dropped"`
}

// None says whether nothing changes.
func (c Change) None() bool {
	return len(c.Replaced)+len(c.Removed)+len(c.Made)+len(c.Dropped) == 0
}

// Diff is what leads from held, whose columns have the types of an engine, to next;
// spell is how the engine spells a type.
func Diff(held, next Whole, spell func(string) string) Change {
	var c Change
	made := map[string]bool{}
	for _, t := range next.Tables {
		old, ok := held.Table(t.Name)
		if !ok || !sameColumns(old, t, spell) {
			c.Made, made[t.Name] = append(c.Made, t.Name), true
		}
	}
	for _, t := range held.Tables {
		if _, ok := next.Table(t.Name); !ok {
			c.Dropped = append(c.Dropped, t.Name)
		}
	}
	before, after := held.places(), next.places()
	for _, s := range next.Slices {
		was := before[s.Place]
		switch {
		case made[s.Dataset] || !was.same(s):
			c.Replaced = append(c.Replaced, s)
		case was.Rows != s.Rows:
			c.Replaced, c.Mended = append(c.Replaced, s), append(c.Mended, s.Place)
		}
	}
	for _, s := range held.Slices {
		if _, ok := after[s.Place]; !ok {
			c.Removed = append(c.Removed, s.Place)
			if s.SHA256 == "" {
				c.Mended = append(c.Mended, s.Place)
			}
		}
	}
	return c
}

func sameColumns(old, next Table, spell func(string) string) bool {
	return slices.EqualFunc(old.Columns, next.Columns, func(a, b Column) bool {
		return a.Name == b.Name && a.Type == spell(b.Type)
	})
}

func (w Whole) places() map[Place]Slice {
	out := make(map[Place]Slice, len(w.Slices))
	for _, s := range w.Slices {
		out[s.Place] = s
	}
	return out
}

// same says whether a slice has the same bytes, taken for the same.
func (s Slice) same(other Slice) bool { return s.SHA256 == other.SHA256 && s.Profile == other.Profile }

// Files lists slices with rows, each hash once.
func Files(of []Slice) (out []Slice) {
	seen := map[string]bool{}
	for _, s := range of {
		if s.Rows > 0 && !seen[s.SHA256] {
			seen[s.SHA256] = true
			out = append(out, s)
		}
	}
	return out
}

// Cleared lists, by dataset, the tenants whose rows are to be deleted: those that go,
// and those that others take the place of. Tables that are made or dropped have none.
func (c Change) Cleared() map[string][]string {
	out := map[string][]string{}
	add := func(p Place) {
		if !slices.Contains(c.Made, p.Dataset) && !slices.Contains(c.Dropped, p.Dataset) {
			out[p.Dataset] = append(out[p.Dataset], p.Tenant)
		}
	}
	for _, s := range c.Replaced {
		add(s.Place)
	}
	for _, p := range c.Removed {
		add(p)
	}
	return out
}
