package difftest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A served answer also has the value, which is what people read.
type served struct {
	answer
	Value *json.Number
}

// ask asks the API for a metric of one practice, or with "" for all that the
// key may see together.
func (p *product) ask(t *testing.T, key, practice string, q question) map[cell]served {
	t.Helper()
	v := url.Values{}
	if practice != "" {
		v.Set("practice", practice)
	}
	if q.Dimension != "" {
		v.Set("by", q.Dimension)
	}
	found := map[cell]served{}
	for at, s := range p.series(t, key, q, v) {
		at.Practice = practice
		found[at] = s
	}
	return found
}

// askEach asks the API for a metric of every practice in one answer.
func (p *product) askEach(t *testing.T, q question) map[cell]served {
	t.Helper()
	by := "practice"
	if q.Dimension != "" {
		by += "," + q.Dimension
	}
	return p.series(t, p.key, q, url.Values{"by": {by}})
}

// series is what the API answers to a question, asked with further parameters.
func (p *product) series(t *testing.T, key string, q question, v url.Values) map[cell]served {
	t.Helper()
	v.Set("grain", q.Grain)
	v.Set("from", q.From)
	v.Set("to", q.To)
	var body struct {
		Data []map[string]json.RawMessage
		Page struct{ Next *string }
	}
	p.get(t, key, "/v1/metrics/"+q.Metric+"?"+v.Encode(), &body)
	if body.Page.Next != nil {
		t.Fatalf("%s: the answer has a second page", q.Metric)
	}
	found := map[cell]served{}
	for _, row := range body.Data {
		c := cell{Period: text(t, row["period"])}
		if strings.HasPrefix(v.Get("by"), "practice") {
			c.Practice = text(t, row["practice"])
		}
		if q.Dimension != "" {
			c.Member = text(t, row[q.Dimension])
		}
		if _, twice := found[c]; twice {
			t.Fatalf("%s: the API gives %v twice", q.Metric, c)
		}
		found[c] = servedRow(t, row)
	}
	return found
}

// servedRow reads what a row has of value, numerator and denominator. Where the
// value is not a quotient it is its own numerator; the count of a percentile is
// its denominator.
func servedRow(t *testing.T, row map[string]json.RawMessage) served {
	t.Helper()
	s := served{Value: number(t, row["value"])}
	s.Numerator = rat((*string)(s.Value))
	if raw, ok := row["numerator"]; ok {
		s.Numerator = rat((*string)(number(t, raw)))
	}
	for _, name := range []string{"denominator", "count"} {
		if raw, ok := row[name]; ok {
			s.Denominator = rat((*string)(number(t, raw)))
		}
	}
	return s
}

// metrics is the catalogue: each metric's additivity and dimensions.
func (p *product) metrics(t *testing.T) map[string]catalogued {
	t.Helper()
	var body struct{ Data []catalogued }
	p.get(t, p.key, "/v1/metrics", &body)
	found := map[string]catalogued{}
	for _, m := range body.Data {
		found[m.Metric] = m
	}
	return found
}

type catalogued struct {
	Metric     string
	Additivity string
	Dimensions []string
	Rows       struct {
		Dataset string
		Filter  map[string]string
	}
}

// get reads one JSON document.
func (p *product) get(t *testing.T, key, path string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("asking %s: %v", path, err)
	}
	defer res.Body.Close() //nolint:errcheck // it was read to its end
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("reading %s: %v", path, err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s\n%s", path, res.Status, b)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, b)
	}
}

// number reads a JSON number to its last digit; null and a missing member are
// nil.
func number(t *testing.T, raw json.RawMessage) *json.Number {
	t.Helper()
	var n *json.Number
	if len(raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, &n); err != nil || raw[0] == '"' {
		t.Fatalf("%s is not a number: %v", raw, err)
	}
	return n
}

// text is a string or a number as text; null is (null), as in SQL.
func text(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var s *string
	switch {
	case len(raw) == 0:
		t.Fatal("a row lacks its period or dimension")
	case raw[0] != '"' && string(raw) != "null":
		return string(raw)
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	if s == nil {
		return "(null)"
	}
	return *s
}
