package difftest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// A reconciled is one row of the dataset that explains differences.
type reconciled struct {
	Month      string
	Location   json.Number `json:"location_id"`
	Comparison string
	Cause      string
	Count      *json.Number
	Amount     *json.Number
}

// reconciles compares the causes of differences with those that SQL finds in the
// sources, and adds them up: the first figure and all causes make the second.
func (p *product) reconciles(t *testing.T, y *yardstick, practices []string) {
	want := map[string]*big.Rat{}
	y.each(t, strings.ReplaceAll(readFile(t, "testdata/reconcile.sql"), "$1::date", "date '"+y.asOf+"'"), func(row []string) {
		want[strings.Join(row[:5], " ")] = rat(&row[5])
	})
	got := map[string]*big.Rat{}
	for _, id := range practices {
		sums := map[string]*big.Rat{}
		for _, row := range p.reconciled(t, id) {
			value := orZero(rat((*string)(row.Count)))
			if row.Count == nil {
				value = orZero(rat((*string)(row.Amount)))
			}
			of := strings.Join([]string{id, row.Month, row.Location.String(), row.Comparison}, " ")
			if sums[of] == nil {
				sums[of] = new(big.Rat)
			}
			switch row.Cause {
			case "to":
				sums[of].Sub(sums[of], value)
			case "unexplained":
				if value.Sign() != 0 {
					t.Errorf("%s: %s is unexplained", of, show(value))
				}
			default:
				sums[of].Add(sums[of], value)
			}
			if value.Sign() != 0 {
				got[of+" "+row.Cause] = value
			}
		}
		for of, sum := range sums {
			if sum.Sign() != 0 {
				t.Errorf("%s: the first figure and its causes miss the second by %s", of, show(sum))
			}
		}
	}
	var c comparison
	for _, key := range slices.Sorted(maps.Keys(mergedKeys(want, got))) {
		c.made++
		if !same(want[key], got[key]) {
			c.differences = append(c.differences, fmt.Sprintf("%s: SQL has %s, the API %s", key, show(want[key]), show(got[key])))
		}
		if want[key] != nil {
			c.nonzero++
		}
	}
	c.report(t)
}

func mergedKeys(a, b map[string]*big.Rat) map[string]bool {
	all := map[string]bool{}
	for _, m := range []map[string]*big.Rat{a, b} {
		for key := range m {
			all[key] = true
		}
	}
	return all
}

// reconciled reads all rows of one practice with its own key.
func (p *product) reconciled(t *testing.T, practice string) []reconciled {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+"/v1/datasets/reconcile/export.ndjson?practice="+practice, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.own[practice])
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("exporting reconcile: %v", err)
	}
	defer res.Body.Close() //nolint:errcheck // it was read to its end
	if res.StatusCode != http.StatusOK {
		t.Fatalf("exporting reconcile: %s", res.Status)
	}
	var rows []reconciled
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		var row reconciled
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatalf("reading %s: %v", lines.Text(), err)
		}
		rows = append(rows, row)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("exporting reconcile: %v", err)
	}
	return rows
}
