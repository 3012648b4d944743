package difftest

import (
	"encoding/json"
	"math/big"
	"net/url"
	"testing"
)

// counted are metrics of the business date whose numerator is the number of rows
// that their rows' filter leaves.
var counted = []string{"autopay_rate", "delinquent_accounts_rate", "delinquent_accounts_rate_90d", "delinquent_open_accounts_rate"}

// countsItsRows holds a metric of the business date against the rows that the
// catalogue says are behind it.
func (p *product) countsItsRows(t *testing.T, key, practice, metric string, q question) {
	t.Helper()
	m := p.metrics(t)[metric]
	v := url.Values{"practice": {practice}, "limit": {"10000"}, "fields": {"account_id"}}
	for column, value := range m.Rows.Filter {
		v.Set("filter["+column+"]", value)
	}
	var body struct {
		Data []map[string]json.RawMessage
		Page struct{ Next *string }
	}
	p.get(t, key, "/v1/datasets/"+m.Rows.Dataset+"/rows?"+v.Encode(), &body)
	if body.Page.Next != nil {
		t.Fatalf("%s: the rows have a second page", metric)
	}
	q.Metric = metric
	answers := p.ask(t, key, practice, q)
	if len(answers) == 0 {
		t.Errorf("practice %s: %s is not answered", practice, metric)
	}
	for _, s := range answers {
		if rows := new(big.Rat).SetInt64(int64(len(body.Data))); !same(s.Numerator, rows) {
			t.Errorf("practice %s: %s counts %v and has %d rows behind it", practice, metric, s, len(body.Data))
		}
	}
}
