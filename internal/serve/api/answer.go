package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"archwire"
)

// answerMetric reads what the request is about and writes the answer: the
// series one after the other, each with all its periods.
func (h *Handler) answerMetric(c *call, q *metricRequest) ([]byte, disclosure, error) {
	t, err := h.table(c, q)
	if errors.Is(err, errTooLarge) {
		return nil, disclosure{}, tooLarge()
	}
	if err != nil {
		return nil, disclosure{}, err
	}
	shown := t.shown(q)
	if len(shown) > maxSeriesRows/len(q.calendar.periods) {
		return nil, disclosure{}, tooLarge()
	}
	about, err := q.about()
	if err != nil {
		return nil, disclosure{}, err
	}
	dst := append(envelope{}.open(), '[')
	heads := q.heads()
	for i, s := range shown {
		for j, period := range q.calendar.periods {
			if i+j > 0 {
				dst = append(dst, ',')
			}
			dst = appendMetricRow(append(dst, heads[j]...), q, t, s, period)
		}
	}
	text := envelope{contract: q.dataset.Contract, about: about}.close(append(dst, ']'), c.ed)
	return text, q.disclosed(h, c, shown), nil
}

// aboutMetric is what "meta" says of a metric besides where it comes from.
type aboutMetric struct {
	Name       string              `json:"metric" doc:"The metric."`
	Label      string              `json:"label" doc:"Its name for people."`
	Definition string              `json:"definition" doc:"What is counted, in words."`
	Unit       string              `json:"unit" doc:"What one is."`
	Better     string              `json:"better" doc:"Whether more is better: up, down or neither."`
	Additivity archwire.Additivity `json:"additivity" doc:"Over what values may be summed." enum:"additive,semi,ratio,none"`
	Basis      archwire.Basis      `json:"basis" doc:"Which date counts." enum:"event,posting,service,due,snapshot,cohort"`
	Version    int                 `json:"version" doc:"The version of the definition."`
	Grain      grain               `json:"grain" doc:"The length of a period." enum:"day,week,month,quarter,year"`
	From       archwire.Day        `json:"from" doc:"The first day of the first period." format:"date"`
	To         archwire.Day        `json:"to" doc:"The last day of the last period." format:"date"`
}

func (q *metricRequest) about() ([]byte, error) {
	m := q.metric
	text, err := json.Marshal(aboutMetric{
		Name: m.Name, Label: m.Label, Definition: m.Definition, Unit: m.Unit, Better: m.Better, Additivity: m.Additivity,
		Basis: m.Basis, Version: m.Version, Grain: q.calendar.grain,
		From: dayOf(q.calendar.periods[0]), To: dayOf(q.calendar.end.AddDate(0, 0, -1)),
	})
	if err != nil {
		return nil, fmt.Errorf("describing metric %s: %w", m.Name, err)
	}
	return append([]byte(`,"metric":`), text...), nil
}

// heads are the beginnings of the rows, one for each period.
func (q *metricRequest) heads() [][]byte {
	const each = 64
	heads := make([][]byte, len(q.calendar.periods))
	text := make([]byte, 0, each*len(heads))
	for i, period := range q.calendar.periods {
		from := len(text)
		text = period.AppendFormat(append(text, `{"period":"`...), time.DateOnly)
		text = append(append(text, `","grain":"`...), q.calendar.grain...)
		text = strconv.AppendBool(append(text, `","complete":`...), q.calendar.complete(period))
		heads[i] = text[from:]
	}
	return heads
}

// appendMetricRow appends the rest of a row, after its head.
func appendMetricRow(dst []byte, q *metricRequest, t *table, s *series, period time.Time) []byte {
	dst = append(append(dst, s.by...), ',')
	now := t.at(q, s, period)
	dst = appendMeasure(dst, q, now)
	if len(q.compare) > 0 {
		dst = appendCompare(dst, q, t, s, period, q.value(now))
	}
	return append(dst, '}')
}

// appendMeasure appends value, and what it was made from where that matters.
func appendMeasure(dst []byte, q *metricRequest, m measure) []byte {
	dst = q.value(m).append(append(dst, `"value":`...))
	switch q.metric.Additivity {
	case archwire.Ratio:
		dst = m.numerator.append(append(dst, `,"numerator":`...))
		dst = m.denominator.append(append(dst, `,"denominator":`...))
	case archwire.NonAdditive:
		if q.metric.Denominator != "" {
			dst = m.denominator.append(append(dst, `,"count":`...))
		}
	case archwire.Additive, archwire.Semi:
	}
	return dst
}

func appendCompare(dst []byte, q *metricRequest, t *table, s *series, period time.Time, now number) []byte {
	dst = append(dst, `,"compare":{`...)
	for i, c := range q.compare {
		if i > 0 {
			dst = append(dst, ',')
		}
		before := c.before(q.calendar.grain, period)
		then := t.at(q, s, before)
		change := now.minus(q.value(then))
		dst = append(appendMember(dst, string(c)), `{"period":"`...)
		dst = before.AppendFormat(dst, time.DateOnly)
		dst = append(dst, `",`...)
		dst = appendMeasure(dst, q, then)
		dst = change.append(append(dst, `,"change":`...))
		dst = change.over(q.value(then).magnitude()).append(append(dst, `,"change_ratio":`...))
		dst = append(dst, '}')
	}
	return append(dst, '}')
}
