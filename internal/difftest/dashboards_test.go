package difftest

import (
	"encoding/json"
	"maps"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A page is a dashboard as the API tells it.
type page struct {
	Dashboard string
	Filters   []string
	Tiles     []struct {
		Tile, Dataset      string
		Metrics, By, Order []string
		Fields             []string
		Filter             map[string]string
		Ahead, Width       int
		OrderBy            string `json:"order_by"`
	}
}

// everyTile asks the API for what each tile of the reference project shows, as a page
// would: each gives numbers or rows, and a tile that says in which order its values
// stand knows all of them.
func (p *product) everyTile(t *testing.T) {
	var pages struct{ Data []page }
	p.get(t, p.key, "/v1/dashboards", &pages)
	if len(pages.Data) == 0 {
		t.Fatal("there is no dashboard")
	}
	for _, d := range pages.Data {
		full := 0
		for i, tile := range d.Tiles {
			where := d.Dashboard + ", tile " + strconv.Itoa(i+1)
			if full += tile.Width; full > 12 {
				t.Errorf("%s: its row is %d columns wide", where, full)
			}
			full %= 12
			if tile.Tile == "table" && tile.Dataset != "" {
				rows := 0
				for _, practice := range []string{"1", "2"} { // a list of what is wrong may be empty in one
					v := filters(tile.Filter)
					v.Set("practice", practice)
					v.Set("fields", strings.Join(tile.Fields, ","))
					v.Set("order", tile.OrderBy)
					rows += len(p.rows(t, tile.Dataset, v))
				}
				if rows == 0 {
					t.Errorf("%s: no row of %s", where, tile.Dataset)
				}
				continue
			}
			for _, metric := range tile.Metrics {
				v := url.Values{"practice": {"1"}, "from": {"2025-11-01"}, "to": {"2026-11-30"}}
				if tile.Ahead > 0 {
					v.Set("to", "2027-05-01")
				}
				if tile.Dataset == "" {
					maps.Copy(v, filters(tile.Filter))
				}
				if len(tile.By) > 0 {
					v.Set("by", strings.Join(tile.By, ","))
				}
				p.asked(t, where, metric, v, tile.By, tile.Order)
				if tile.Tile == "benchmark" {
					v := url.Values{"practice": {"1"}, "filter[metric]": {metric}, "filter[own]": {"null:false"}}
					if len(p.rows(t, tile.Dataset, v)) == 0 {
						t.Errorf("%s: %s has no row for %s", where, tile.Dataset, metric)
					}
				}
			}
		}
		if full != 0 {
			t.Errorf("%s: its last row is %d columns wide", d.Dashboard, full)
		}
	}
	p.rowsBehind(t)
}

// asked asks for a metric as a tile does.
func (p *product) asked(t *testing.T, where, metric string, v url.Values, by, order []string) {
	t.Helper()
	var answer struct{ Data []map[string]json.RawMessage }
	p.get(t, p.key, "/v1/metrics/"+metric+"?"+v.Encode(), &answer)
	known := false
	for _, row := range answer.Data {
		known = known || number(t, row["value"]) != nil
		if len(order) > 0 {
			if value := text(t, row[by[0]]); !slices.Contains(order, value) {
				t.Errorf("%s: %s has the value %q of %s, which is not in its order", where, metric, value, by[0])
			}
		}
	}
	if !known {
		t.Errorf("%s: %s has no value in thirteen months", where, metric)
	}
}

// behind are metrics that count things or add up amounts which have a row each, and the
// column with the amount.
func behind() map[string]string {
	return map[string]string{
		"claims_submitted": "", "claims_submitted_amount": "charge", "active_patients": "", "pending_patients": "", "starts": "", "debonds": "",
		"active_without_next_appointment": "", "active_not_seen_12_weeks": "", "past_due": "past_due",
		"contract_receivables": "balance", "contract_credits": "balance", "not_yet_due": "not_yet_due",
		"collections_since_closing": "amount", "production_to_service_date": "amount", "starts_to_contracts": "count",
		"balances_changed": "amount", "collections_gross_to_net": "amount",
	}
}

// rowsBehind asks for the rows behind each metric. Those of behind make the metric's value of
// the last whole month, or of the business date.
func (p *product) rowsBehind(t *testing.T) {
	t.Helper()
	var metrics struct {
		Data []struct {
			Metric string
			Rows   *struct {
				Dataset, Date string
				Filter        map[string]string
			}
		}
	}
	p.get(t, p.key, "/v1/metrics", &metrics)
	left := behind()
	for _, m := range metrics.Data {
		if m.Rows == nil {
			continue
		}
		v, period := filters(m.Rows.Filter), "2026-11-01"
		v.Set("practice", "1")
		if m.Rows.Date != "" {
			period = "2026-10-01"
			v["filter["+m.Rows.Date+"]"] = []string{"gte:2026-10-01", "lt:2026-11-01"}
		}
		rows := p.rows(t, m.Rows.Dataset, v)
		column, known := left[m.Metric]
		if !known {
			continue
		}
		delete(left, m.Metric)
		want := big.NewRat(int64(len(rows)), 1)
		if column != "" {
			want = new(big.Rat)
			for _, row := range rows {
				want.Add(want, rat((*string)(number(t, row[column]))))
			}
		}
		var answer struct{ Data []struct{ Value json.Number } }
		p.get(t, p.key, "/v1/metrics/"+m.Metric+"?practice=1&from="+period+"&to="+period, &answer)
		if got, ok := new(big.Rat).SetString(answer.Data[0].Value.String()); !ok || got.Cmp(want) != 0 {
			t.Errorf("%s is %s, and its %d rows make %s", m.Metric, answer.Data[0].Value, len(rows), want.FloatString(2))
		}
	}
	if len(left) > 0 {
		t.Errorf("no rows behind %v", slices.Sorted(maps.Keys(left)))
	}
}

// rows are the rows of a dataset that a question gives.
func (p *product) rows(t *testing.T, dataset string, v url.Values) []map[string]json.RawMessage {
	t.Helper()
	v.Set("limit", "10000")
	if v.Get("order") == "" {
		v.Del("order")
	}
	var answer struct {
		Data []map[string]json.RawMessage
		Page struct{ Next *string }
	}
	p.get(t, p.key, "/v1/datasets/"+dataset+"/rows?"+v.Encode(), &answer)
	if answer.Page.Next != nil {
		t.Fatalf("%s has more rows than a page", dataset)
	}
	return answer.Data
}

// filters are conditions as parameters.
func filters(conditions map[string]string) url.Values {
	v := url.Values{}
	for name, value := range conditions {
		v.Set("filter["+name+"]", value)
	}
	return v
}
