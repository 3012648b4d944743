package tile

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lower is a label within a sentence: "Leads" is "leads", "A/R" stays.
func lower(label string) string {
	first, n := utf8.DecodeRuneInString(label)
	if second, _ := utf8.DecodeRuneInString(label[n:]); !unicode.IsLower(second) {
		return label
	}
	return strings.ToLower(string(first)) + label[n:]
}

// An ageing is one bar of buckets, from the calm ones to the alarming, and the
// same as a table.
type ageing struct {
	Label string
	Total string
	Rows  []bucket
}

// A bucket is a part of the bar. X and Width are lengths in SVG; Class is its
// step of the ramp.
type bucket struct {
	Name, Href, Class, X, Width string
	Cell                        cell
	Part                        string
}

// steps is how many the ramp has.
const steps = 5

// ageing draws the buckets in the order that the tile has them; nil is none.
// What is below zero, as credits are, is in the table and not in the bar.
func (w writer) ageing() *ageing {
	if len(w.t.Series) == 0 {
		return nil
	}
	series := w.ordered(w.t.Series, func(Series) *big.Rat { return new(big.Rat) })
	m := w.t.Metrics[series[0].Metric]
	total, texts := new(big.Rat), make([]string, len(series))
	for i, s := range series {
		texts[i] = s.Values[w.t.Now].Value
		if v := amount(texts[i]); v != nil && v.Sign() > 0 {
			total.Add(total, v)
		}
	}
	out := &ageing{Label: w.title(), Total: w.f.Exact(sumText(texts), m.Unit)}
	x := new(big.Rat)
	for i, s := range series {
		v := amount(texts[i])
		b := bucket{Name: partOf(s), Href: s.Href, Class: "age-" + itoa(step(i, len(series))), X: percent(x, total), Width: percent(v, total), Cell: w.cell(m, s.Values[w.t.Now])}
		if v != nil && v.Sign() >= 0 {
			x.Add(x, v)
			if part := ratio(v, total); part != "" {
				b.Part = w.f.Short(part, "share")
			}
		}
		out.Rows = append(out.Rows, b)
	}
	return out
}

// step is that of the ramp for bucket i of n, from 1. Up to five buckets take
// one each from the calm end; more are spread over the ramp.
func step(i, n int) int {
	if n <= steps {
		return i + 1
	}
	return 1 + (2*i*(steps-1)+n-1)/(2*(n-1))
}
