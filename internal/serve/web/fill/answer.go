package fill

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/tile"
)

// An answer is what the API tells of a metric: periods, and a part for each value of
// the dimensions it was split by.
type answer struct {
	periods []tile.Period
	parts   []*part
}

// A part is the values of a metric for some values of dimensions.
type part struct {
	by     []string // in the order asked for; "" is none
	values []tile.Value
}

// A Question is what is asked of a metric: months from first to last unless there is
// another grain.
type Question struct {
	Metric      string
	Grain       string
	First, Last time.Time
	By          []string
	Scope       url.Values // tenant and filters
}

func (q Question) query() url.Values {
	out := url.Values{"grain": {q.Grain}, "from": {q.First.Format(time.DateOnly)}, "to": {q.Last.Format(time.DateOnly)}}
	if len(q.By) > 0 {
		out.Set("by", strings.Join(q.By, ","))
	}
	maps.Copy(out, q.Scope)
	return out
}

// putQuestion asks it.
func putQuestion(ctx context.Context, v *ask.Viewer, q Question) (*answer, error) {
	a, err := v.Get(ctx, "/v1/metrics/"+url.PathEscape(q.Metric), q.query())
	if err != nil {
		return nil, err
	}
	var doc struct {
		Data []map[string]any `json:"data"`
	}
	if err := a.Into(&doc); err != nil {
		return nil, err
	}
	return answerOf(doc.Data, q.By), nil
}

// answerOf sorts rows by period and part. Parts are in the order in which they come.
func answerOf(rows []map[string]any, by []string) *answer {
	out := &answer{}
	place := map[string]int{}
	parts := map[string]*part{}
	for _, row := range rows {
		at := textOf(row["period"])
		if _, ok := place[at]; ok {
			continue
		}
		start, err := time.Parse(time.DateOnly, at)
		if err != nil {
			continue
		}
		place[at] = len(out.periods)
		complete, _ := row["complete"].(bool)
		out.periods = append(out.periods, tile.Period{Start: start, Complete: complete})
	}
	for _, row := range rows {
		values := make([]string, len(by))
		for i, dimension := range by {
			values[i] = textOf(row[dimension])
		}
		key := strings.Join(values, "\x00")
		p, ok := parts[key]
		if !ok {
			p = &part{by: values, values: make([]tile.Value, len(out.periods))}
			parts[key] = p
			out.parts = append(out.parts, p)
		}
		if i, ok := place[textOf(row["period"])]; ok {
			p.values[i] = valueOf(row)
		}
	}
	return out
}

func valueOf(row map[string]any) tile.Value {
	return tile.Value{
		Value: textOf(row["value"]), Numerator: textOf(row["numerator"]), Denominator: textOf(row["denominator"]), Count: textOf(row["count"]),
	}
}

// textOf is a value of JSON as text; null is "".
func textOf(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case json.Number:
		return x.String()
	case bool:
		return map[bool]string{true: "yes", false: "no"}[x]
	}
	return fmt.Sprint(v)
}

// Text is a value of JSON as text; null is "".
func Text(v any) string { return textOf(v) }
