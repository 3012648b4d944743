package web

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// readings are what somebody was told of one thing on one day.
type readings struct {
	day             string
	who, what, name string
	profile, why    string
	answers, rows   int64
	first, last     time.Time
	signed, cut     int64
}

// sums are readings by day, who, and what: what one can read.
type sums struct {
	words    words
	people   map[string]string // names by id
	purposes map[string]string // what grants were made for, by id
	datasets map[string]string // titles by name
	metrics  map[string]string // labels by name
	found    map[readings]*readings
}

// take takes an entry in.
func (s *sums) take(e disclosure) {
	if e.Outcome == "begun" {
		return // another entry says how it ended, unless the server died
	}
	key := readings{day: s.words.Day(e.At), who: whoOf(e, s.people), what: resourceWords(e.Resource), name: s.nameOfThing(e), profile: e.Profile, why: purposesOf(e.Grant, s.purposes)}
	r := s.found[key]
	if r == nil {
		r = &readings{day: key.day, who: key.who, what: key.what, name: key.name, profile: key.profile, why: key.why, first: e.At}
		s.found[key] = r
	}
	r.take(e)
}

// byDay are the sums: the latest day is first, and in it people by their names, each with
// what they were told most of.
func (s *sums) byDay() (days [][]readings) {
	byDay := map[string][]readings{}
	for _, r := range s.found {
		byDay[r.day] = append(byDay[r.day], *r)
	}
	for _, of := range byDay {
		slices.SortFunc(of, func(a, b readings) int {
			return cmp.Or(strings.Compare(a.who, b.who), cmp.Compare(b.rows, a.rows), strings.Compare(a.name, b.name), strings.Compare(a.what, b.what), strings.Compare(a.profile, b.profile))
		})
		days = append(days, of)
	}
	slices.SortFunc(days, func(a, b []readings) int { return latest(b).Compare(latest(a)) })
	return days
}

// latest is when the last of them was.
func latest(all []readings) (at time.Time) {
	for _, r := range all {
		if r.last.After(at) {
			at = r.last
		}
	}
	return at
}

// take takes an entry in.
func (r *readings) take(e disclosure) {
	if e.At.Before(r.first) {
		r.first = e.At
	}
	if e.At.After(r.last) {
		r.last = e.At
	}
	switch e.Outcome {
	case "cut":
		r.cut++
	case "signed":
		r.signed++
	}
	r.answers, r.rows = r.answers+1, r.rows+e.Rows
}
