package capacity

import (
	"math/big"
	"time"
)

// Month is as long as Amazon counts one: 730 hours.
const Month = 730 * time.Hour

// A Bill is what a warehouse costs by a price, on paper.
type Bill struct {
	Run   *big.Rat // what one run costs beyond the serve shape for as long
	Month *big.Rat // 730 hours, with so many runs in them
}

// Estimate is the bill of terms for so many runs of a length in a month. loads and
// serves are the shapes with all that the terms leave open filled in. Serverless is
// taken to be busy for as long as a run takes, and not at all in between.
func Estimate(p Price, loads, serves Shape, took time.Duration, runs int) Bill {
	large := p.Cost(loads, took)
	small := new(big.Rat)
	total := new(big.Rat).Mul(large, big.NewRat(int64(runs), 1))
	if serves.RPU == 0 {
		small = p.Cost(serves, took)
		total.Add(total, p.Cost(serves, max(0, Month-time.Duration(runs)*took)))
	}
	return Bill{Run: large.Sub(large, small), Month: total}
}

// Filled is a shape that is wanted, with what it leaves open as a warehouse has it.
func (s Shape) Filled(have Shape) Shape { return have.over(s) }

// A Spent is what a warehouse cost in a time, as far as it was seen.
type Spent struct {
	From, Until time.Time
	Sum         *big.Rat
	Large       time.Duration // how long it was so for runs, or for people
	ByHolder    map[string]*big.Rat
	Unseen      time.Duration // of the time, before the first that was seen
}

// Spend adds up what was seen of a warehouse from one time until another, by a price of
// each shape; false is of one whose price is not known. Serverless counts while there
// is a lease only: what it does otherwise is not seen.
func Spend(seen []Seen, from, until time.Time, price func(Shape) (Price, bool)) (Spent, bool) {
	out := Spent{From: from, Until: until, Sum: new(big.Rat), ByHolder: map[string]*big.Rat{}, Unseen: until.Sub(from)}
	for i, s := range seen {
		begin, end := s.At, until
		if i+1 < len(seen) && seen[i+1].At.Before(until) {
			end = seen[i+1].At
		}
		if begin.Before(from) {
			begin = from
		}
		d := end.Sub(begin)
		if d <= 0 {
			continue
		}
		out.Unseen -= d
		if s.Holder != "" {
			out.Large += d
		}
		if s.Shape.units() == 0 || s.Shape.RPU > 0 && s.Holder == "" {
			continue
		}
		p, ok := price(s.Shape)
		if !ok {
			return out, false
		}
		cost := p.Cost(s.Shape, d)
		out.Sum.Add(out.Sum, cost)
		if s.Holder != "" {
			if out.ByHolder[s.Holder] == nil {
				out.ByHolder[s.Holder] = new(big.Rat)
			}
			out.ByHolder[s.Holder].Add(out.ByHolder[s.Holder], cost)
		}
	}
	return out, true
}
