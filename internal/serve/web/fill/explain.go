package fill

import (
	"context"
	"maps"
	"net/url"
	"strings"
	"time"

	"archwire/internal/serve/web/ask"
)

// An Explanation is why a figure is another one than it was in an earlier publication.
type Explanation struct {
	From, To   Told
	Difference string
	Parts      []Part
	Rows       []ChangedRow
	Hidden     bool // the rows are not open to the viewer
}

// Told is the figure in a publication.
type Told struct {
	Publication string
	AsOf        string
	Value       string
	Definition  string
}

// A Part of the difference is what rows that left, changed or entered made of it, or
// another definition did.
type Part struct {
	Part   string
	Rows   int
	Change string
}

// A ChangedRow is a row as it was and as it is; nil is not there.
type ChangedRow struct {
	Part     string
	Old, New map[string]any
}

// explainedRows is how many rows of an explanation are shown.
const explainedRows = "25"

// Explain asks why a metric's figure of a month has changed since a publication; since
// "" is the one before that in service.
func (b *Board) Explain(ctx context.Context, metric string, month time.Time, scope url.Values, since string) (*Explanation, error) {
	q := url.Values{"period": {month.Format(time.DateOnly)}, "limit": {explainedRows}}
	maps.Copy(q, scope)
	if since != "" {
		q.Set("from", since)
	}
	a, err := b.Ask.Get(ctx, "/v1/metrics/"+url.PathEscape(metric)+"/explain", q)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Data struct {
			From       map[string]any   `json:"from"`
			To         map[string]any   `json:"to"`
			Difference any              `json:"difference"`
			Parts      []map[string]any `json:"parts"`
			Rows       []struct {
				Part string         `json:"part"`
				Old  map[string]any `json:"old"`
				New  map[string]any `json:"new"`
			} `json:"rows"`
		} `json:"data"`
	}
	if err := a.Into(&doc); err != nil {
		return nil, err
	}
	d := doc.Data
	out := &Explanation{From: toldOf(d.From), To: toldOf(d.To), Difference: textOf(d.Difference), Hidden: d.Rows == nil}
	for _, p := range d.Parts {
		rows, _ := leading(textOf(p["rows"]))
		out.Parts = append(out.Parts, Part{textOf(p["part"]), rows, textOf(p["change"])})
	}
	for _, r := range d.Rows {
		out.Rows = append(out.Rows, ChangedRow(r))
	}
	return out, nil
}

func toldOf(m map[string]any) Told {
	return Told{textOf(m["publication"]), textOf(m["as_of"]), textOf(m["value"]), textOf(m["definition"])}
}

// A Publication is one that is kept.
type Publication struct {
	ID   string `json:"id"`
	AsOf string `json:"as_of"`
	Made string `json:"created_at"`
}

// Publications lists those that are kept, newest first.
func Publications(ctx context.Context, v *ask.Viewer) (out []Publication, err error) {
	if err := read(ctx, v, "/v1/publications", &out); err != nil {
		return nil, err
	}
	return out, nil
}

// Same says whether nothing has changed.
func (e Explanation) Same() bool { return strings.Trim(e.Difference, "-0.") == "" }
