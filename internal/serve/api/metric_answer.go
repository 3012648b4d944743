package api

import (
	"errors"

	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/measure"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

func suggestMetric(c *call) string {
	var names []string
	for _, m := range c.catalogued("").Metrics {
		names = append(names, m.Name)
	}
	if s := request.Suggest(c.Name, names); s != "" {
		return s
	}
	return "/v1/metrics lists those that your key opens."
}

// answerMetric reads what the request is about and writes the answer: the
// series one after the other, each with all its periods.
func (h *Handler) answerMetric(c *call, q *metricRequest) ([]byte, disclosure, error) {
	t, err := h.table(c, q)
	if errors.Is(err, measure.ErrTooLarge) {
		return nil, disclosure{}, tooLarge()
	}
	if err != nil {
		return nil, disclosure{}, err
	}
	shown := t.Shown(&q.Question)
	if len(shown) > measure.MaxSeriesRows/len(q.Calendar.Periods) {
		return nil, disclosure{}, tooLarge()
	}
	about, err := q.About()
	if err != nil {
		return nil, disclosure{}, err
	}
	dst := append(catalogue.Envelope{}.Open(), '[')
	heads := q.Heads()
	for i, s := range shown {
		for j, period := range q.Calendar.Periods {
			if i+j > 0 {
				dst = append(dst, ',')
			}
			dst = measure.AppendRow(append(dst, heads[j]...), &q.Question, t, s, period)
		}
	}
	text := catalogue.Envelope{Contract: q.Dataset.Contract, About: about}.Close(append(dst, ']'), c.ed.Edition)
	return text, q.disclosed(h, c, shown), nil
}

// tooLarge is what the caller is told of measure.ErrTooLarge.
func tooLarge() error {
	return problem.Wrong("by", "The answer has too many rows.", "Ask for a shorter time, a longer grain or fewer dimensions, or filter.")
}
