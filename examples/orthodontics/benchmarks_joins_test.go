package orthodontics_test

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// The attack over time: five practices, whose figures do not move from one month
// to the next, are joined by a sixth. Where the sixth comes to lie just above the
// lower quartile, its figure is four times the new quartile less three times the
// old one; other months are no protection. Rounding is: over published quartiles
// the same sum is off by up to three and a half steps.
func TestRoundingHidesTheOneWhoJoins(t *testing.T) {
	var worlds []world
	var joined []*big.Rat
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		owns := []int{r.IntN(200), 200 + r.IntN(400), 1000 + r.IntN(1000), 3000 + r.IntN(1000), 5000 + r.IntN(1000)}
		joins := owns[1] + r.IntN(owns[2]-owns[1])
		worlds = append(worlds, oneCell(owns), oneCell(append(slices.Clone(owns), joins)))
		joined = append(joined, big.NewRat(int64(joins), 100))
	}
	publish(t, "starts", worlds) // rounded to 5
	step := big.NewRat(5, 1)
	off := 0
	for k, joins := range joined {
		before, after := worlds[2*k], worlds[2*k+1]
		if found := fourLessThree(lowerQuartile(after), lowerQuartile(before)); found.Cmp(joins) != 0 {
			t.Errorf("exact quartiles tell of %s, joined has %s: the attack is not what it should be", found, joins)
		}
		for name, c := range after.cells {
			for _, q := range []string{c.lower, c.median, c.upper} {
				if !new(big.Rat).Quo(decimal(t, q), step).IsInt() {
					t.Errorf("%s publishes %s, which is no multiple of %s", name, q, step)
				}
			}
			if c != before.cells[name] && c.practices != before.cells[name].practices {
				t.Errorf("%s says that its practices were %s and became %s", name, before.cells[name].practices, c.practices)
			}
		}
		found := fourLessThree(decimal(t, after.cells["all"].lower), decimal(t, before.cells["all"].lower))
		if miss := found.Sub(found, joins); miss.Abs(miss).Cmp(big.NewRat(1, 1)) > 0 {
			off++
		}
	}
	if off < 60 {
		t.Errorf("of 100 who joined only %d are hidden by more than a fifth of a step", off)
	}
}

// oneCell is a world of practices that belong together.
func oneCell(owns []int) world {
	var w world
	for _, own := range owns {
		w.members = append(w.members, member{region: "r0", size: sizes[0], own: own, people: 50})
	}
	return w
}

func fourLessThree(after, before *big.Rat) *big.Rat {
	four := new(big.Rat).Mul(after, big.NewRat(4, 1))
	return four.Sub(four, new(big.Rat).Mul(before, big.NewRat(3, 1)))
}

// lowerQuartile is the quartile as it would be without rounding: between the
// figures at either side of a quarter of the way.
func lowerQuartile(w world) *big.Rat {
	var owns []int
	for _, m := range w.members {
		owns = append(owns, m.own)
	}
	slices.Sort(owns)
	at, quarters := (len(owns)-1)/4, int64((len(owns)-1)%4)
	q := big.NewRat(int64(owns[at])*(4-quarters)+int64(owns[at+1])*quarters, 400)
	return q
}

func decimal(t *testing.T, text string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return r
}
