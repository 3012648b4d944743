package freshness

import (
	"cmp"
	"slices"
	"time"

	"archwire"
)

// A State is how fresh what was in service was on a day.
type State string

// The states, the worst first. Of a day of which nothing is remembered it is Unknown.
const (
	Missing State = "missing" // it was not in what was in service
	Late    State = "late"    // it was older than promised at some time of the day
	Failed  State = "failed"  // runs failed, and none brought anything new; it was not late
	InTime  State = "ok"
	Unknown State = ""
)

// A Service is a publication that was in service from an instant on.
type Service struct {
	At      time.Time
	Through time.Time            // the oldest instant among the sources' views
	Sources map[string]time.Time // the oldest of each source; nil is not known
	Tenants []archwire.Tenant    // nil is not known

	has map[string]bool // the tenants, by id
}

// Past is what is remembered, in any order, and what was promised.
type Past struct {
	Services []Service
	Runs     []archwire.Run
	Within   time.Duration // 0 is any age
	Zone     *time.Location
	Now      time.Time
}

// Nights are how fresh things were over days.
type Nights struct {
	Days    []archwire.Day // the oldest first, today last
	Runs    []State        // of the runs that began on each day: InTime when one succeeded
	Sources []Line
	Tenants []Line // the worst first
}

// A Line is how fresh one thing was, day by day.
type Line struct {
	Name, Label string
	States      []State
}

// Bad counts the days that were not in time.
func (l Line) Bad() (n int) {
	for _, s := range l.States {
		if s == Missing || s == Late || s == Failed {
			n++
		}
	}
	return n
}

// Over returns how fresh things were over the last so many days, today with them, by the
// clocks of the zone.
func Over(p Past, days int) Nights {
	p.Services = slices.Clone(p.Services)
	slices.SortFunc(p.Services, func(a, b Service) int { return a.At.Compare(b.At) })
	for i, s := range p.Services {
		p.Services[i].has = map[string]bool{}
		for _, t := range s.Tenants {
			p.Services[i].has[t.ID] = true
		}
	}
	var out Nights
	today := p.Now.In(p.Zone)
	var all []window
	for i := days - 1; i >= 0; i-- {
		y, m, d := today.AddDate(0, 0, -i).Date()
		w := window{time.Date(y, m, d, 0, 0, 0, 0, p.Zone), time.Date(y, m, d+1, 0, 0, 0, 0, p.Zone)}
		all = append(all, w)
		out.Days = append(out.Days, archwire.DayOf(w.from))
		out.Runs = append(out.Runs, p.ran(w))
	}
	names := p.names()
	for _, s := range names.Sources {
		s.States = p.states(all, out.Runs, func(v Service) (time.Time, bool) {
			if v.Sources == nil {
				return v.Through, true
			}
			through, ok := v.Sources[s.Name]
			return through, ok
		})
		out.Sources = append(out.Sources, s)
	}
	for _, t := range names.Tenants {
		t.States = p.states(all, out.Runs, func(v Service) (time.Time, bool) { return v.Through, v.Tenants == nil || v.has[t.Name] })
		out.Tenants = append(out.Tenants, t)
	}
	slices.SortStableFunc(out.Tenants, func(a, b Line) int { return cmp.Compare(b.Bad(), a.Bad()) })
	return out
}

// A window is a day, from its first instant to the next day's.
type window struct{ from, to time.Time }

// ran is how the runs ended that began on a day.
func (p Past) ran(w window) State {
	out := Unknown
	for _, r := range p.Runs {
		switch {
		case r.StartedAt.Before(w.from) || !r.StartedAt.Before(w.to):
		case r.State == archwire.Succeeded:
			return InTime
		case r.State == archwire.Failed:
			out = Failed
		}
	}
	return out
}

// states are those of a thing, whose instant of says in a service, or that it was not there.
func (p Past) states(days []window, runs []State, of func(Service) (time.Time, bool)) []State {
	out := make([]State, len(days))
	for i, w := range days {
		out[i] = p.state(w, runs[i], of)
	}
	return out
}

func (p Past) state(w window, runs State, of func(Service) (time.Time, bool)) State {
	out := Unknown
	for i, s := range p.Services {
		end := p.Now
		if i+1 < len(p.Services) {
			end = p.Services[i+1].At
		}
		if !s.At.Before(w.to) || !end.After(w.from) {
			continue
		}
		if end.After(w.to) {
			end = w.to
		}
		through, there := of(s)
		switch {
		case !there && end.Equal(w.to) || !there && end.Equal(p.Now):
			return Missing // as the day ended
		case !there:
		case p.Within > 0 && end.Sub(through) > p.Within:
			out = Late
		case out == Unknown:
			out = InTime
		}
	}
	if out != Late && runs == Failed {
		return Failed
	}
	return out
}

// names are the sources and tenants of the newest service of which they are known.
func (p Past) names() (out Nights) {
	for _, s := range slices.Backward(p.Services) {
		if s.Tenants == nil {
			continue
		}
		for name := range s.Sources {
			out.Sources = append(out.Sources, Line{Name: name})
		}
		slices.SortFunc(out.Sources, func(a, b Line) int { return cmp.Compare(a.Name, b.Name) })
		for _, t := range s.Tenants {
			out.Tenants = append(out.Tenants, Line{Name: t.ID, Label: t.Label})
		}
		return out
	}
	return out
}
