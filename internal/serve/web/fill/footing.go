package fill

import (
	"context"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/web/tile"
	"archwire/internal/serve/web/view"
)

// A footing is how a period is held against another.
type footing int

const (
	asTheyAre footing = iota // both are over, or what they are at their end counts
	sameDays                 // the later is not over: it is held against as many days of the former
	apart                    // the later is not over, and the metric is not of days: there is no comparison
)

// ToDate says whether the metric of a period that is not over is that of its days so
// far: a state is of one day, and what falls due is known ahead.
func (m Metric) ToDate() bool {
	return !m.IsState() && (m.Basis != archwire.BasisDue || m.Additivity != archwire.Additive)
}

// footing is that of a metric, for a period that is over or not.
func (m Metric) footing(over bool) footing {
	switch {
	case over || !m.ToDate():
		return asTheyAre
	case m.Additivity == archwire.NonAdditive, m.Basis == archwire.BasisCohort, m.Grain != "":
		return apart // a part of a time that a date stands for is not to be had
	}
	return sameDays
}

// over says whether the data reach the end of a span, or do not reach its last month.
func (b *Board) over(s view.Span) bool { return !s.End().After(b.AsOf) || s.Last.After(b.AsOf) }

// Apart says whether a metric of the page's period is held against nothing, though the
// page compares.
func (b *Board) Apart(m Metric) bool {
	now := b.spanOf()
	_, compares := b.View.Against(now)
	return compares && m.footing(b.over(now)) == apart
}

// former holds values against those of a former period.
type former struct {
	values map[string]tile.Value // by part
	start  time.Time
	days   bool // of its last month as many days count as of the later one's
}

// former asks for the values that those of the page's period are held against, where
// months has whole months. It is nil where they are held against nothing.
func (b *Board) former(ctx context.Context, m Metric, q Question, months *answer, now, against view.Span) (*former, error) {
	out := &former{values: map[string]tile.Value{}, start: against.First}
	how := m.footing(b.over(now))
	last := against.Last.AddDate(0, 0, b.AsOf.Day()-1)
	if how == sameDays && !last.Before(against.End()) {
		how = asTheyAre // the former month has not more days
	}
	switch how {
	case apart:
		return nil, nil //nolint:nilnil // there is none
	case asTheyAre:
		for _, p := range months.parts {
			out.values[p.key()] = combined(m, within(months.periods, p.values, against))
		}
		return out, nil
	case sameDays:
	}
	out.days = true
	q.Grain, q.First, q.Last = "day", against.Last, last
	days, err := putQuestion(ctx, b.Ask, q)
	if err != nil {
		return nil, err
	}
	all := map[string][]tile.Value{}
	for _, p := range months.parts {
		all[p.key()] = within(months.periods, p.values, view.Span{First: against.First, Last: against.Last.AddDate(0, -1, 0)})
	}
	for _, p := range days.parts {
		all[p.key()] = append(all[p.key()], p.values...)
	}
	for key, values := range all {
		out.values[key] = combined(m, values)
	}
	return out, nil
}

// hold is a part's value beside the former one; of a nil former it stands alone.
func (f *former) hold(value tile.Value, part string) tile.Value {
	if f == nil {
		return value
	}
	value = held(value, f.values[part], f.start)
	value.Compare.SameDays = f.days
	return value
}

// key tells a part from the others of an answer.
func (p *part) key() string { return strings.Join(p.by, "\x00") }
