package web

import (
	"errors"
	"slices"
	"strings"
	"time"

	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/fill"
)

// since is how the number of the page's last month was told in an earlier publication,
// and which rows make the difference.
type since struct {
	Asked        bool // there is one number that was told before
	Month        string
	Publications []option
	Kept         []kept
	Path         string
	Why          string // why nothing can be said; "" where it can

	Was, Is, Difference string
	Same                bool
	WasAsOf             string
	Parts               []partOf
	Rows                []explained
	Columns             []string
	Hidden              bool
}

// A partOf is what some rows made of the difference, in words.
type partOf struct{ Says, Change, Class string }

// explained is a row that made a difference: what was and what is.
type explained struct {
	Kind  string
	Cells []explainedCell
}

type explainedCell struct{ Old, New string }

// sinceOf asks why the number of the last month of the page changed after it was first
// published: late postings, corrections, another definition.
func (v *visit) sinceOf(l *look, m fill.Metric) (since, error) {
	q := v.r.URL.Query()
	s := l.board.View.Span(l.board.AsOf)
	out := since{Path: v.r.URL.Path, Month: l.format.Period("month", s.Last)}
	if l.board.View.Tenant == "" {
		out.Why = "Choose one " + v.service.Noun.Singular + " above to see why its number was another one before."
		return out, nil
	}
	list, err := fill.Publications(v.ctx, v.ask)
	if err != nil {
		return out, err
	}
	for _, p := range list {
		if p.ID == v.service.meta.Publication {
			continue
		}
		out.Publications = append(out.Publications, option{p.ID, l.published(p), p.ID == q.Get("since")})
	}
	if len(out.Publications) == 0 {
		out.Why = "This is the first publication that is kept: there is none to compare it with."
		return out, nil
	}
	if via := q.Get("via"); via != "" {
		out.Kept = append(out.Kept, kept{"via", via})
	}
	for name, values := range l.board.View.Query() {
		for _, value := range values {
			out.Kept = append(out.Kept, kept{name, value})
		}
	}
	slices.SortFunc(out.Kept, func(a, b kept) int { return strings.Compare(a.Name+a.Value, b.Name+b.Value) })
	asked := q.Get("since")
	if !slices.ContainsFunc(out.Publications, func(o option) bool { return o.Value == asked }) {
		asked = ""
	}
	e, err := l.board.Explain(v.ctx, m.Name, s.Last, l.scopeOf(m), asked)
	if p, ok := errors.AsType[*ask.Problem](err); ok && p.Status < 500 {
		out.Why = p.Detail
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.tell(l, m, e)
	return out, nil
}

// published is a publication for people: of Thu Nov 19.
func (l *look) published(p fill.Publication) string {
	at, err := time.Parse(time.RFC3339, p.Made)
	if err != nil {
		return p.AsOf
	}
	day, err := time.Parse(time.DateOnly, p.AsOf)
	if err != nil {
		return p.AsOf
	}
	return l.format.Day(day) + ", published " + l.format.Instant(at)
}
