package api

import (
	"bytes"
	"math/big"
	"strconv"
	"strings"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/ledger"
)

// A step is the figure after one kind of difference was taken in.
type step struct {
	part    string
	rows    int
	q       *metricRequest
	measure measure
}

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
	d := disclosure{resource: "explain", name: c.name, profile: q.to.q.profile, query: recorded(c.r.URL.RawQuery, q.to.q.filters, h.PersonSecret)}
	part := ledger.Part{Tenant: q.tenant, Grant: c.grant(q.tenant, auth.Resource{Dataset: q.to.q.dataset.Name, Metric: c.name})}
	dst := q.appendVersion(append(envelope{}.open(), `{"from":`...), q.from, first)
	dst = q.appendVersion(append(dst, `,"to":`...), q.to, last)
	var steps []step
	var rows []byte
	if q.comparable() {
		tally := newTally(q.from.q.dataset, h.PersonSecret)
		tally.begin(q.tenant)
		if steps, rows, err = h.steps(q, first, tally); err != nil {
			return nil, disclosure{}, err
		}
		tally.end()
		part.Rows, part.Keys, part.Subjects = tally.parts[0].Rows, tally.parts[0].Keys, tally.parts[0].Subjects
	}
	steps = append(steps, step{"definition", 0, q.to.q, last})
	dst = appendSteps(dst, q.from.q.value(first), steps)
	dst = append(append(dst, `,"rows":`...), rows...)
	if rows == nil {
		dst = append(dst, "null"...)
	}
	d.parts = []ledger.Part{part}
	return envelope{contract: q.to.q.dataset.Contract}.close(append(dst, '}'), c.ed), d, nil
}

// served is the figure as the metric answers it; nothing where it is not opened.
func (v *version) served(h *Handler) (measure, error) {
	if !v.there {
		return measure{}, nil
	}
	t, err := h.table(v.c, v.q)
	if err != nil {
		return measure{}, err
	}
	return t.at(v.q, t.shown(v.q)[0], v.q.calendar.periods[0]), nil
}

// steps are the figures over the old rows without those that left, with those that
// changed in their new form, and with those that entered; and the rows to be shown,
// nil where none may be.
func (h *Handler) steps(q *explainRequest, first measure, tally *tally) ([]step, []byte, error) {
	after, shows := q.asBefore(), q.limit
	open := q.from.opensRows() && q.to.opensRows()
	if !open {
		shows = 0
	}
	whole := q.redefined()
	q.from.readAs(open, whole)
	after.readAs(open, whole)
	e, err := q.compare(after, shows, tally)
	if err != nil {
		return nil, nil, err
	}
	without, err := q.from.over(e.keptOld, first)
	if err != nil {
		return nil, nil, err
	}
	all, err := after.served(h)
	if err != nil {
		return nil, nil, err
	}
	with := without
	if e.changed > 0 {
		if with, err = after.over(e.keptNow, all); err != nil {
			return nil, nil, err
		}
	}
	steps := []step{{"left", e.left, q.from.q, without}, {"changed", e.changed, q.from.q, with}, {"entered", e.entered, q.from.q, all}}
	if !open {
		return steps, nil, nil
	}
	return steps, append(append([]byte{'['}, e.rows...), ']'), nil
}

// over is the figure over the rows that have a 1 at their place; whole is the one
// over all of them.
func (v *version) over(kept []byte, whole measure) (measure, error) {
	if !bytes.ContainsRune(kept, '0') {
		return whole, nil
	}
	query := keptQuery(v.q, kept)
	if !bytes.ContainsRune(kept, '1') {
		query = zeroQuery(v.q)
	}
	var m measure
	for batch, err := range v.rows.queried(v.q.dataset.Name, v.q.tenants, query) {
		if err != nil {
			return measure{}, err
		}
		if batch.NumRows() == 0 {
			continue
		}
		t := &table{}
		t.typed(batch.Columns())
		m.numerator = numberAt(batch.Column(0), 0)
		if v.q.metric.Denominator != "" {
			m.denominator = numberAt(batch.Column(1), 0)
			if m.denominator.kind == nothing {
				m.denominator = t.zero.denominator
			}
		}
		if m.numerator.kind == nothing && v.q.metric.Additivity != archwire.NonAdditive {
			m.numerator = t.zero.numerator
		}
	}
	return m, nil
}

// appendSteps appends the difference and what each step has to do with it. Where
// there is no figure it counts as 0, so that the parts come to the difference.
func appendSteps(dst []byte, first number, steps []step) []byte {
	last := steps[len(steps)-1]
	dst = asServed(last.q.value(last.measure)).minus(asServed(first)).append(append(dst, `,"difference":`...))
	dst = append(dst, `,"parts":[`...)
	before := asServed(first)
	for i, s := range steps {
		if i > 0 {
			dst = append(dst, ',')
		}
		now := asServed(s.q.value(s.measure))
		dst = encode.String(append(dst, `{"part":`...), s.part)
		dst = strconv.AppendInt(append(dst, `,"rows":`...), int64(s.rows), 10)
		dst = now.minus(before).append(append(dst, `,"change":`...))
		dst = append(appendMeasure(append(dst, ','), s.q, s.measure), '}')
		before = now
	}
	return append(dst, ']')
}

// asServed is the very number that a figure leaves as, to be counted with exactly:
// also that of a float, and 0 where there is none.
func asServed(n number) number {
	if n.kind == isExact {
		return n
	}
	text := string(n.append(nil))
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return exact(0) // null
	}
	mantissa, exponent, _ := strings.Cut(text, "e")
	_, fraction, _ := strings.Cut(mantissa, ".")
	power, _ := strconv.Atoi(exponent)          // 0 where there is none
	scale := int32(max(0, len(fraction)-power)) //nolint:gosec // a float has few digits
	digits := r.Mul(r, new(big.Rat).SetInt(tenTo(scale)))
	return wide(digits.Num(), scale)
}

func (q *explainRequest) appendVersion(dst []byte, v *version, m measure) []byte {
	dst = encode.String(append(dst, `{"publication":`...), string(v.c.ed.manifest.ID))
	dst = encode.String(append(dst, `,"as_of":`...), string(v.c.ed.manifest.AsOf))
	dst = encode.String(append(dst, `,"period":`...), string(dayOf(q.period)))
	dst = appendMeasure(append(dst, ','), v.q, m)
	if !v.there {
		return append(dst, `,"definition":null,"version":null}`...)
	}
	dst = encode.String(append(dst, `,"definition":`...), v.q.metric.Definition)
	return append(strconv.AppendInt(append(dst, `,"version":`...), int64(v.q.metric.Version), 10), '}')
}
