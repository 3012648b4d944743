package chaostest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
)

// shopsKept is how many shops there are from the beginning to the end; others
// open and close.
const shopsKept = 8

// An author makes up what happens in the source. All it does follows from its
// random numbers and the world.
type author struct {
	rng      *rand.Rand
	world    *world // after all that was committed, and what is written of the transaction at hand
	steps    []step // of the transaction at hand
	apart    bool   // the transaction at hand stays open: its effects are not part of the world yet
	held     map[int64]bool
	focus    []int64 // the shops in which most happens; none is all
	last     int64   // of the keys given out
	portable bool    // values are left out that Redshift or SQL Server does not hold, or holds for equal
	dialect  dialect
	spares   int // the most rows that there ever were when the table was dropped or made
}

func newAuthor(seed uint64, d dialect) *author {
	return &author{
		dialect: d, rng: rand.New(rand.NewPCG(seed, 1)), world: newWorld(), held: map[int64]bool{}, last: 100_000,
	}
}

// do writes one statement of the transaction at hand.
func (a *author) do(effect func(*world), sql string, args ...any) {
	a.steps = append(a.steps, step{sql: sql, args: args, effect: effect})
	if !a.apart {
		effect(a.world)
	}
}

// doAll is do for several statements.
func (a *author) doAll(effect func(*world), statements []string) {
	for _, sql := range statements[:len(statements)-1] {
		a.do(func(*world) {}, sql)
	}
	a.do(effect, statements[len(statements)-1])
}

// remove is do for a statement that takes a key out of a table.
func (a *author) remove(table string, effect func(*world), sql string, args ...any) {
	a.do(effect, sql, args...)
	a.steps[len(a.steps)-1].removes = table
}

// written ends the transaction at hand.
func (a *author) written() []step {
	steps := a.steps
	a.steps = nil
	return steps
}

// beginning fills the tables.
func (a *author) beginning() []step {
	for i := int64(1); i <= 9000; i++ { // as the schema's file does
		a.world.papers[i] = paper{shop: (i-1)%shopsKept + 1, pages: i % 100}
	}
	papers := maps.Clone(a.world.papers)
	a.steps = append(a.steps, step{sql: "select 1", effect: func(w *world) { w.papers = maps.Clone(papers) }})
	for id := int64(1); id <= shopsKept; id++ {
		a.openShop(id)
	}
	for range 60 {
		a.addItem()
	}
	for range 200 {
		a.addClient()
	}
	for range 900 {
		a.addSale(a.key())
	}
	for range 500 {
		a.addEvent()
	}
	for range 120 {
		a.setStock()
	}
	for range 90 {
		a.addVisit()
	}
	for range 40 {
		a.addSpare()
	}
	return a.written()
}

// transaction makes up one transaction.
func (a *author) transaction() []step {
	for range 1 + a.rng.IntN(6) {
		acts := []func(){
			func() { a.addSale(a.key()) }, func() { a.addSale(a.key()) }, a.changeSale, a.changeSale, a.changeSale, a.removeSale,
			a.renumberSale, a.moveSale, a.reuseSale, a.misdateSale, a.raiseSales,
			a.addClient, a.renameClient, a.markClient, a.markClient, a.moveClient,
			a.addEvent, a.addEvent, a.addEvent, a.removeEvent, a.renumberEvent,
			a.setStock, a.setStock, a.removeStock, a.moveStock,
			a.addItem, a.removeItem, a.relabelItems,
			a.addPaper, a.removePaper, a.changePaper, a.movePaper,
			a.renameShop, a.changeShops, a.changeShops, a.fillColumn,
			a.swapSales, a.addVisit, a.twinVisit, a.moveVisit, a.moveVisit, a.removeVisit, a.adoptVisits,
			a.addSpare, a.changeSpare, a.removeSpare,
		}
		acts[a.rng.IntN(len(acts))]()
	}
	if a.rng.IntN(60) == 0 {
		a.massacre()
	}
	if a.rng.IntN(40) == 0 {
		a.spoil()
	}
	if a.rng.IntN(30) == 0 {
		a.breakPromise()
	}
	return a.written()
}

// late makes up a transaction that will be open for a while. It writes rows that
// no other transaction touches meanwhile.
func (a *author) late() []step {
	a.apart = true
	defer func() { a.apart = false }()
	for range 1 + a.rng.IntN(3) {
		a.addSale(a.key())
		a.addEvent()
		a.addClient()
		a.changeSale()
		if len(a.steps) > 0 && a.rng.IntN(2) == 0 {
			a.removeSale()
		}
	}
	return a.written()
}

// key is a new key. Some are far from the last ones.
func (a *author) key() int64 {
	a.last += 1 + a.rng.Int64N(3)
	return a.last
}

// look chooses the shops in which most will happen for a while: a few of them as
// a rule, so that a run finds the others unchanged.
func (a *author) look() {
	a.focus = nil
	if a.rng.IntN(4) > 0 {
		for range 1 + a.rng.IntN(3) {
			a.focus = append(a.focus, 1+a.rng.Int64N(shopsKept))
		}
	}
}

// anyShop is one of those that stay.
func (a *author) anyShop() int64 {
	if len(a.focus) > 0 {
		return a.focus[a.rng.IntN(len(a.focus))]
	}
	return 1 + a.rng.Int64N(shopsKept)
}

// busy says whether a row of a shop may be touched.
func (a *author) busy(shop int64) bool { return len(a.focus) == 0 || slices.Contains(a.focus, shop) }

// text is a value that has to pass unharmed. It is no longer than ten letters.
func (a *author) text() string {
	odd := []string{"", " ", "NULL", "\\N", "a,b\"c'", "Zoë 漢字", "tab\tend", "line\nend", "%_\\", "🦷"}
	if a.rng.IntN(3) == 0 {
		value := odd[a.rng.IntN(len(odd))]
		if a.portable && value == " " {
			return "" // to both they are equal, so that either is the largest of both
		}
		return value
	}
	return fmt.Sprintf("t%d", a.rng.IntN(1000))
}

// one picks a key of a table; ok is false when there is none.
func one[V interface{ of() int64 }](a *author, table map[int64]V) (key int64, ok bool) {
	keys := slices.DeleteFunc(sorted(table), func(k int64) bool { return a.held[k] || !a.busy(table[k].of()) })
	if len(keys) == 0 {
		return 0, false
	}
	key = keys[a.rng.IntN(len(keys))]
	if a.apart {
		a.held[key] = true
	}
	return key, true
}
