package tile

import "math/big"

// A band is what templates/band.html shows: where the middle half of the others
// lies, and the reader's own value as a dot. Lengths are those of SVG.
type band struct {
	Name     string
	Own      string
	Told     bool   // the quartiles are told
	X, Width string // of the middle half
	Median   string
	Dot      string // "" is no value of one's own
	Says     string // the same in words
	Place    string // where the own value is: above the middle half
	Class    string
	Why      string // why no quartiles are told
	Brief    bool   // nothing but that is said: the own value stands beside others
}

func (w writer) bands() []band {
	out := make([]band, len(w.t.Bands))
	told := false
	for i, b := range w.t.Bands {
		out[i] = w.band(w.t.Metrics[0], b)
		told = told || out[i].Told
	}
	for i := range out {
		out[i].Brief = told && !out[i].Told
	}
	return out
}

func (w writer) band(m Metric, b Band) band {
	out := band{Name: b.Name, Own: w.f.Short(b.Own, m.Unit), Why: b.Suppressed}
	own, low, median, high := amount(b.Own), amount(b.Lower), amount(b.Median), amount(b.Upper)
	if b.Suppressed != "" || low == nil || median == nil || high == nil {
		if out.Why == "" {
			out.Why = "no data"
		}
		return out
	}
	from, to := around(own, low, high)
	at := func(v *big.Rat) string { return percent(new(big.Rat).Sub(v, from), new(big.Rat).Sub(to, from)) }
	out.Told, out.X, out.Median = true, at(low), at(median)
	out.Width = percent(new(big.Rat).Sub(high, low), new(big.Rat).Sub(to, from))
	out.Says = "The middle half of " + w.among(b) + " is between " + w.f.Short(b.Lower, m.Unit) + " and " + w.f.Short(b.Upper, m.Unit) +
		", the median " + w.f.Short(b.Median, m.Unit) + "."
	if own == nil {
		return out
	}
	out.Dot = at(own)
	out.Place, out.Class = place(m, own, low, median, high)
	return out
}

// among is who is compared with: at least 10 practices.
func (w writer) among(b Band) string {
	peers := w.t.Peers
	if peers == "" {
		peers = "others"
	}
	if b.Practices == "" {
		return peers
	}
	return "at least " + w.f.Count(b.Practices) + " " + peers
}

// around is a scale that has room on both sides of all that it shows.
func around(own, low, high *big.Rat) (from, to *big.Rat) {
	from, to = low, high
	if own != nil {
		from, to = least(from, own), most(to, own)
	}
	const tenth = 10
	room := new(big.Rat).Sub(to, from)
	if room.Quo(room, big.NewRat(tenth, 1)); room.Sign() == 0 {
		room.SetInt64(1)
	}
	return new(big.Rat).Sub(from, room), new(big.Rat).Add(to, room)
}

// place says where the own value is among the others, and whether that is good.
func place(m Metric, own, low, median, high *big.Rat) (says, class string) {
	switch {
	case own.Cmp(high) > 0:
		says = "above the middle half"
	case own.Cmp(low) < 0:
		says = "below the middle half"
	case own.Cmp(median) == 0:
		return "at the median", "same"
	case own.Cmp(median) > 0:
		says = "above the median"
	default:
		says = "below the median"
	}
	word := better(m, own.Cmp(median))
	if word == "" {
		return says, "same"
	}
	return says + ", " + word, word
}
