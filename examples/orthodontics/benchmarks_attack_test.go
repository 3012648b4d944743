package orthodontics_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"
)

// The attack: whoever holds every published cell is taken to know more than
// its quartiles, namely the sum of anything over its practices. What can then be
// computed is what linear equations give: the sums over those groups whose
// indicator is a combination of the indicators of shown cells. The unknowns are
// the practices of one region and size together, since cells never tell them apart.
func TestNoUnsafeGroupCanBeSolvedForFromShownCells(t *testing.T) {
	worlds := randomWorlds(300)
	publish(t, "no_show_rate", worlds)
	tried, withMargins := 0, 0
	for i, w := range worlds {
		atoms, unknowns := w.atoms()
		if len(unknowns) > 12 {
			continue // 2^12 groups a world are enough
		}
		var equations solver
		margins := map[string]bool{}
		for name, c := range w.cells {
			if c.suppressed == "" {
				equations.add(indicator(name, unknowns))
				margins[strings.SplitN(name, ":", 2)[0]] = true
			}
		}
		if margins["size"] && margins["region"] {
			withMargins++
		}
		for group := 1; group < 1<<len(unknowns); group++ {
			var members []member
			vector := make([]int64, len(unknowns))
			for k, atom := range unknowns {
				if group>>k&1 == 1 {
					members, vector[k] = append(members, atoms[atom]...), 1
				}
			}
			if safe(members) {
				continue
			}
			tried++
			if equations.solves(vector) {
				t.Fatalf("world %d: what is shown tells of %d practices (%v of %v)\nshown: %v", i, len(members), vector, unknowns, w.shown())
			}
		}
	}
	if tried < 10_000 || withMargins < 30 {
		t.Errorf("%d groups tried, %d worlds show sizes and regions: the attack was hardly made", tried, withMargins)
	}
}

// Shown one by one, without a thought for each other, cells do tell of unsafe
// groups: else the test above would prove nothing.
func TestCellsThatAreSafeOneByOneWouldTellOfUnsafeGroups(t *testing.T) {
	told := 0
	for _, w := range randomWorlds(200) {
		atoms, unknowns := w.atoms()
		var equations solver
		for name, group := range w.groups() {
			if safe(group) {
				equations.add(indicator(name, unknowns))
			}
		}
		for k, atom := range unknowns {
			vector := make([]int64, len(unknowns))
			vector[k] = 1
			if !safe(atoms[atom]) && equations.solves(vector) {
				told++
			}
		}
	}
	if told == 0 {
		t.Error("no world needs complementary suppression")
	}
}

// atoms are the members that count by region and size, and the names of these
// groups in order.
func (w world) atoms() (map[string][]member, []string) {
	atoms := map[string][]member{}
	for name, group := range w.groups() {
		if strings.Contains(name, ", ") {
			atoms[name] = group
		}
	}
	names := make([]string, 0, len(atoms))
	for name := range atoms {
		names = append(names, name)
	}
	slices.Sort(names)
	return atoms, names
}

func (w world) shown() []string {
	var names []string
	for name, c := range w.cells {
		if c.suppressed == "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// indicator says which of the unknowns a cell sums up.
func indicator(cell string, unknowns []string) []int64 {
	vector := make([]int64, len(unknowns))
	for k, atom := range unknowns {
		region, size, _ := strings.Cut(atom, ", ")
		if cell == "all" || cell == region || cell == size || cell == atom {
			vector[k] = 1
		}
	}
	return vector
}

// A solver holds linear equations in rows that begin at different unknowns with
// a 1. It reckons modulo a prime: what follows from equations of a few zeros and
// ones follows there too.
type solver struct{ rows [][]int64 }

const prime = 1_000_000_007

// add adds an equation with these coefficients.
func (s *solver) add(vector []int64) {
	rest := s.reduce(vector)
	lead := slices.IndexFunc(rest, func(v int64) bool { return v != 0 })
	if lead < 0 {
		return
	}
	inverse := new(big.Int).ModInverse(big.NewInt(rest[lead]), big.NewInt(prime)).Int64()
	for i := range rest {
		rest[i] = rest[i] * inverse % prime
	}
	s.rows = append(s.rows, rest)
}

// solves says whether the equations give the value of this combination.
func (s *solver) solves(vector []int64) bool {
	return !slices.ContainsFunc(s.reduce(vector), func(v int64) bool { return v != 0 })
}

// reduce takes out of a combination what the equations give.
func (s *solver) reduce(vector []int64) []int64 {
	rest := slices.Clone(vector)
	for _, row := range s.rows {
		factor := rest[slices.IndexFunc(row, func(v int64) bool { return v != 0 })]
		for i := range rest {
			rest[i] = ((rest[i]-factor*row[i])%prime + prime) % prime
		}
	}
	return rest
}
