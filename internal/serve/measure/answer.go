package measure

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"archwire/internal/serve/encode"

	"archwire"
)

// AboutMetric is what "meta" says of a metric besides where it comes from.
type AboutMetric struct {
	Name       string              `json:"metric" doc:"The metric."`
	Label      string              `json:"label" doc:"Its name for people."`
	Definition string              `json:"definition" doc:"What is counted, in words."`
	Unit       string              `json:"unit" doc:"What one is."`
	Better     string              `json:"better" doc:"Whether more is better: up, down or neither."`
	Additivity archwire.Additivity `json:"additivity" doc:"Over what values may be summed." enum:"additive,semi,ratio,none"`
	Basis      archwire.Basis      `json:"basis" doc:"Which date counts." enum:"event,posting,service,due,snapshot,cohort"`
	Version    int                 `json:"version" doc:"The version of the definition."`
	Grain      Grain               `json:"grain" doc:"The length of a period." enum:"day,week,month,quarter,year"`
	From       archwire.Day        `json:"from" doc:"The first day of the first period." format:"date"`
	To         archwire.Day        `json:"to" doc:"The last day of the last period." format:"date"`
}

// About is what "meta" says of the metric, after a comma.
func (q *Question) About() ([]byte, error) {
	m := q.Metric
	text, err := json.Marshal(AboutMetric{
		Name: m.Name, Label: m.Label, Definition: m.Definition, Unit: m.Unit, Better: m.Better, Additivity: m.Additivity,
		Basis: m.Basis, Version: m.Version, Grain: q.Calendar.Grain,
		From: DayOf(q.Calendar.Periods[0]), To: DayOf(q.Calendar.End.AddDate(0, 0, -1)),
	})
	if err != nil {
		return nil, fmt.Errorf("describing metric %s: %w", m.Name, err)
	}
	return append([]byte(`,"metric":`), text...), nil
}

// Heads are the beginnings of the rows, one for each period.
func (q *Question) Heads() [][]byte {
	const each = 64
	heads := make([][]byte, len(q.Calendar.Periods))
	text := make([]byte, 0, each*len(heads))
	for i, period := range q.Calendar.Periods {
		from := len(text)
		text = period.AppendFormat(append(text, `{"period":"`...), time.DateOnly)
		text = append(append(text, `","grain":"`...), q.Calendar.Grain...)
		text = strconv.AppendBool(append(text, `","complete":`...), q.Calendar.complete(period))
		heads[i] = text[from:]
	}
	return heads
}

// AppendRow appends the rest of a row, after its head.
func AppendRow(dst []byte, q *Question, t *Table, s *Series, period time.Time) []byte {
	dst = append(append(dst, s.by...), ',')
	now := t.At(q, s, period)
	dst = AppendMeasure(dst, q, now)
	if len(q.Compare) > 0 {
		dst = appendCompare(dst, q, t, s, period, q.Value(now))
	}
	return append(dst, '}')
}

// AppendMeasure appends value, and what it was made from where that matters.
func AppendMeasure(dst []byte, q *Question, m Measure) []byte {
	dst = q.Value(m).append(append(dst, `"value":`...))
	switch q.Metric.Additivity {
	case archwire.Ratio:
		dst = m.numerator.append(append(dst, `,"numerator":`...))
		dst = m.denominator.append(append(dst, `,"denominator":`...))
	case archwire.NonAdditive:
		if q.Metric.Denominator != "" {
			dst = m.denominator.append(append(dst, `,"count":`...))
		}
	case archwire.Additive, archwire.Semi:
	}
	return dst
}

func appendCompare(dst []byte, q *Question, t *Table, s *Series, period time.Time, now number) []byte {
	dst = append(dst, `,"compare":{`...)
	for i, c := range q.Compare {
		if i > 0 {
			dst = append(dst, ',')
		}
		before := c.before(q.Calendar.Grain, period)
		then := t.At(q, s, before)
		change := now.minus(q.Value(then))
		dst = append(encode.Member(dst, string(c)), `{"period":"`...)
		dst = before.AppendFormat(dst, time.DateOnly)
		dst = append(dst, `",`...)
		dst = AppendMeasure(dst, q, then)
		dst = change.append(append(dst, `,"change":`...))
		dst = change.over(q.Value(then).magnitude()).append(append(dst, `,"change_ratio":`...))
		dst = append(dst, '}')
	}
	return append(dst, '}')
}
