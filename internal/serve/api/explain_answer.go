package api

import (
	"strconv"

	"archwire/internal/serve/auth"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/measure"
	"archwire/internal/serve/statement"
)

// answerExplain tells both figures, the difference, and its parts.
func (h *Handler) answerExplain(c *call, q *explainRequest) ([]byte, disclosure, error) {
	first, err := q.from.served(h)
	if err != nil {
		return nil, disclosure{}, err
	}
	last, err := q.to.served(h)
	if err != nil {
		return nil, disclosure{}, err
	}
	d := disclosure{resource: "explain", name: c.Name, profile: q.to.q.profile, query: statement.Recorded(c.R.URL.RawQuery, q.to.q.Filters, h.PersonSecret)}
	part := ledger.Part{Tenant: q.tenant, Grant: c.grant(q.tenant, auth.Resource{Dataset: q.to.q.Dataset.Name, Metric: c.Name})}
	dst := q.appendVersion(append(catalogue.Envelope{}.Open(), `{"from":`...), q.from, first)
	dst = q.appendVersion(append(dst, `,"to":`...), q.to, last)
	var steps []measure.Step
	var rows []byte
	if q.comparable() {
		tally := newTally(q.from.q.Dataset, h.PersonSecret)
		tally.begin(q.tenant)
		if steps, rows, err = h.steps(q, first, tally); err != nil {
			return nil, disclosure{}, err
		}
		tally.end()
		part.Rows, part.Keys, part.Subjects = tally.parts[0].Rows, tally.parts[0].Keys, tally.parts[0].Subjects
	}
	steps = append(steps, measure.Step{Part: "definition", Rows: 0, Question: &q.to.q.Question, Measure: last})
	dst = measure.AppendSteps(dst, q.from.q.Value(first), steps)
	dst = append(append(dst, `,"rows":`...), rows...)
	if rows == nil {
		dst = append(dst, "null"...)
	}
	d.parts = []ledger.Part{part}
	return catalogue.Envelope{Contract: q.to.q.Dataset.Contract}.Close(append(dst, '}'), c.ed.Edition), d, nil
}

// served is the figure as the metric answers it; nothing where it is not opened.
func (v *version) served(h *Handler) (measure.Measure, error) {
	if !v.there {
		return measure.Measure{}, nil
	}
	t, err := h.table(v.c, v.q)
	if err != nil {
		return measure.Measure{}, err
	}
	return t.At(&v.q.Question, t.Shown(&v.q.Question)[0], v.q.Calendar.Periods[0]), nil
}

// steps are the figures over the old rows without those that left, with those that
// changed in their new form, and with those that entered; and the rows to be shown,
// nil where none may be.
func (h *Handler) steps(q *explainRequest, first measure.Measure, tally *tally) ([]measure.Step, []byte, error) {
	after, shows := q.asBefore(), q.limit
	open := q.from.opensRows() && q.to.opensRows()
	if !open {
		shows = 0
	}
	q.from.readAs(open)
	after.readAs(open)
	e, err := q.compare(after, shows, tally)
	if err != nil {
		return nil, nil, err
	}
	without, err := measure.Over(q.from.asks(), &q.from.q.Question, e.keptOld, first)
	if err != nil {
		return nil, nil, err
	}
	all, err := after.served(h)
	if err != nil {
		return nil, nil, err
	}
	with := without
	if e.changed > 0 {
		if with, err = measure.Over(after.asks(), &after.q.Question, e.keptNow, all); err != nil {
			return nil, nil, err
		}
	}
	was := &q.from.q.Question
	steps := []measure.Step{{Part: "left", Rows: e.left, Question: was, Measure: without}, {Part: "changed", Rows: e.changed, Question: was, Measure: with}, {Part: "entered", Rows: e.entered, Question: was, Measure: all}}

	if !open {
		return steps, nil, nil
	}
	return steps, append(append([]byte{'['}, e.rows...), ']'), nil
}

func (q *explainRequest) appendVersion(dst []byte, v *version, m measure.Measure) []byte {
	dst = encode.String(append(dst, `{"publication":`...), string(v.c.ed.Manifest.ID))
	dst = encode.String(append(dst, `,"as_of":`...), string(v.c.ed.Manifest.AsOf))
	dst = encode.String(append(dst, `,"period":`...), string(measure.DayOf(q.period)))
	dst = measure.AppendMeasure(append(dst, ','), &v.q.Question, m)
	if !v.there {
		return append(dst, `,"definition":null,"version":null}`...)
	}
	dst = encode.String(append(dst, `,"definition":`...), v.q.Metric.Definition)
	return append(strconv.AppendInt(append(dst, `,"version":`...), int64(v.q.Metric.Version), 10), '}')
}
