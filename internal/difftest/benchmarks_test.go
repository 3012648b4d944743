package difftest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/demo"
	"archwire/internal/testdb"
)

// steps is what quartiles are rounded to, by metric: those compared.
var steps = map[string]string{
	"starts": "5", "case_acceptance": "0.01", "same_day_start_rate_of_exams": "0.01", "net_production": "1000",
	"net_collections": "1000", "collection_rate": "0.01", "average_contract_fee_net": "50", "paid_in_full_rate": "0.01",
	"no_show_rate": "0.005", "denial_rate": "0.005", "days_to_payment_median": "1", "patient_delinquency_rate": "0.002",
	"over_edc_rate": "0.01", "kept_exam_rate": "0.01",
}

// TestBenchmarksAreTheQuartilesOfWhatTheSourcesHold works every cell out from the
// metrics' own SQL: who is in it, whether it may be shown, where its quartiles lie.
func TestBenchmarksAreTheQuartilesOfWhatTheSourcesHold(t *testing.T) {
	t.Parallel()
	p, y := newProduct(t), newYardstick(t)
	p.fill(t, demo.Size{Practices: 26, Months: 3, Seed: 22, AsOf: archwire.Day("2026-11-20").Time()})
	// A practice that left in October: its books end there, and do not balance.
	testdb.Exec(t, p.rcm, `update practice set status = 'left' where practice_id = 5;
		delete from ledger_transaction where practice_id = 5 and posting_date > '2026-10-10'`)
	p.dropChecks(t)
	y.fill(t, p.rcm, p.pms)
	practices := y.practices(t)
	p.publish(t, practices)
	b := y.benchmarks(t)
	if months := b.months("5"); !slices.Equal(months, []string{"2026-09-01"}) {
		t.Errorf("practice 5, which left in October, is compared in %v", months)
	}
	served := map[benchmarkKey]benchmarkRow{}
	for _, id := range practices {
		rows := p.benchmarks(t, id)
		if diff := gocmp.Diff(b.keys(id), slices.Sorted(maps.Keys(labels(rows)))); diff != "" {
			t.Errorf("practice %s is served other cells than its own (-SQL, +API):\n%s", id, diff)
		}
		for _, row := range rows {
			served[benchmarkKey{id, row.Month, row.Metric, row.Cell}] = row
		}
	}
	shown, kept := 0, 0
	for key, row := range served {
		own := b.own[figureKey{key.practice, key.month, key.metric}]
		if !own.is(row) {
			t.Errorf("%v: own is %v of %v, that is %v; SQL has %v", key, row.Numerator, row.Denominator, row.Own, own)
		}
		group := b.group(key)
		if problem := group.judge(row, steps[key.metric]); problem != "" {
			t.Errorf("%v, %d practices count: %s; served is %v", key, len(group), problem, row)
		}
		if row.Suppressed == "" {
			shown++
		} else {
			kept++
		}
	}
	if shown < 500 || kept < 500 {
		t.Errorf("%d cells are shown and %d are not: the rows do not exercise both", shown, kept)
	}
}

type (
	figureKey    struct{ practice, month, metric string }
	benchmarkKey struct{ practice, month, metric, cell string }
)

// A figure is what a practice brings to its cells.
type figure struct {
	answer
	people int
}

// benchmarks is what they follow from: the members of each practice's months
// and their figures.
type benchmarks struct {
	cells map[[2]string][]string // by practice and month
	own   map[figureKey]figure
}

// A benchmarkRow is a row of the dataset.
type benchmarkRow struct {
	Month, Metric, Cell, Suppressed string
	Own                             *json.Number
	Numerator                       *json.Number `json:"own_numerator"`
	Denominator                     *json.Number `json:"own_denominator"`
	Lower                           *json.Number `json:"lower_quartile"`
	Median                          *json.Number
	Upper                           *json.Number `json:"upper_quartile"`
	Practices                       *json.Number
}

// benchmarks reads the rows of one practice with its own key.
func (p *product) benchmarks(t *testing.T, practice string) []benchmarkRow {
	t.Helper()
	var body struct {
		Data []benchmarkRow
		Page struct{ Next *string }
	}
	p.get(t, p.own[practice], "/v1/datasets/benchmarks/rows?limit=1000&practice="+practice, &body)
	if body.Page.Next != nil {
		t.Fatal("the rows have a second page")
	}
	return body.Data
}

// benchmarks computes members and figures in the sources.
func (y *yardstick) benchmarks(t *testing.T) benchmarks {
	t.Helper()
	b := benchmarks{cells: map[[2]string][]string{}, own: map[figureKey]figure{}}
	y.each(t, readFile(t, "testdata/benchmarks_members.sql"), func(row []string) {
		size, region := "size: "+row[2], "region: "+row[3]
		b.cells[[2]string{row[0], row[1]}] = []string{"all", size, region, region + ", " + size}
	})
	people := map[figureKey]int{}
	y.each(t, readFile(t, "testdata/benchmarks_people.sql"), func(row []string) {
		var n int
		if _, err := fmt.Sscan(row[3], &n); err != nil {
			t.Fatal(err)
		}
		people[figureKey{row[0], row[1], row[2]}] = n
	})
	for metric := range steps {
		y.count(t, metric)
		answers := y.answers(t, question{Metric: metric, Grain: "month"})
		for at := range b.cells {
			key := figureKey{at[0], at[1], metric}
			b.own[key] = figure{answers[cell{Practice: at[0], Period: at[1]}], people[key]}
		}
	}
	return b
}

// each reads rows of text.
func (y *yardstick) each(t *testing.T, sql string, row func([]string)) {
	t.Helper()
	rows, err := y.conn.Query(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatalf("asking %.300s: %v", sql, err)
	}
	defer rows.Close()
	for rows.Next() {
		values := make([]string, len(rows.FieldDescriptions()))
		into := make([]any, len(values))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatalf("asking %.300s: %v", sql, err)
		}
		row(values)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("asking %.300s: %v", sql, err)
	}
}

// keys are the cells that a practice has, each once for every metric and month.
func (b benchmarks) keys(practice string) []string {
	var keys []string
	for at, cells := range b.cells {
		for metric := range steps {
			for _, c := range cells {
				if at[0] == practice {
					keys = append(keys, at[1]+" "+metric+" "+c)
				}
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// months are those in which a practice is compared.
func (b benchmarks) months(practice string) []string {
	var months []string
	for at := range b.cells {
		if at[0] == practice {
			months = append(months, at[1])
		}
	}
	slices.Sort(months)
	return months
}

func labels(rows []benchmarkRow) map[string]bool {
	found := map[string]bool{}
	for _, r := range rows {
		found[r.Month+" "+r.Metric+" "+r.Cell] = true
	}
	return found
}

// value is the figure itself: the quotient where there is something to divide by.
func (f figure) value(metric string) *big.Rat {
	switch {
	case metric == "days_to_payment_median", f.Denominator == nil:
		return f.Numerator
	case f.Denominator.Sign() <= 0:
		return nil
	}
	return new(big.Rat).Quo(orZero(f.Numerator), f.Denominator)
}

// is says whether a row's own figure is this one, to four digits.
func (f figure) is(row benchmarkRow) bool {
	own, want := rat((*string)(row.Own)), f.value(row.Metric)
	total := row.Metric == "starts" || row.Metric == "net_production" || row.Metric == "net_collections"
	if want == nil && total {
		want = new(big.Rat)
	}
	if own == nil || want == nil {
		return own == nil && want == nil
	}
	off := new(big.Rat).Sub(own, want)
	return off.Abs(off).Cmp(big.NewRat(1, 20_000)) <= 0 && same(rat((*string)(row.Numerator)), f.Numerator)
}

// A group is what counts in one cell.
type group []figure

// group is the figures that count in a cell of a month and metric.
func (b benchmarks) group(key benchmarkKey) group {
	var g group
	for at, cells := range b.cells {
		if at[1] != key.month || !slices.Contains(cells, key.cell) {
			continue
		}
		f := b.own[figureKey{at[0], key.month, key.metric}]
		total := steps[key.metric] == "5" || steps[key.metric] == "1000"
		if total && f.Numerator == nil {
			f.Numerator = new(big.Rat)
		}
		if f.people >= 11 && f.value(key.metric) != nil {
			f.Numerator, f.Denominator = f.value(key.metric), nil
			g = append(g, f)
		}
	}
	return g
}

// judge says what is wrong with what is told of a group; "" is nothing.
func (g group) judge(row benchmarkRow, step string) string {
	most, people := 0, 0
	for _, f := range g {
		most, people = max(most, f.people), people+f.people
	}
	switch {
	case len(g) < 5:
		return wrong(row.Suppressed == "practices", "fewer than 5 practices count")
	case 2*most > people:
		return wrong(row.Suppressed == "share", "one practice has over half of the people")
	case row.Suppressed == "complement":
		return wrong(row.Lower == nil && row.Median == nil && row.Upper == nil && row.Practices == nil, "what is kept back is told")
	case row.Suppressed != "":
		return "nothing speaks against showing it"
	case rat((*string)(row.Practices)).Cmp(big.NewRat(int64(len(g)/5*5), 1)) != 0:
		return "the number of practices is not rounded down to a multiple of 5"
	}
	slices.SortFunc(g, func(a, b figure) int { return a.Numerator.Cmp(b.Numerator) })
	for quarter, q := range map[int]*json.Number{1: row.Lower, 2: row.Median, 3: row.Upper} {
		at, rest := (len(g)-1)*quarter/4, int64((len(g)-1)*quarter%4)
		want := new(big.Rat).Mul(g[at].Numerator, big.NewRat(4-rest, 4))
		want.Add(want, new(big.Rat).Mul(g[min(at+1, len(g)-1)].Numerator, big.NewRat(rest, 4)))
		got, by := rat((*string)(q)), rat(&step)
		off := new(big.Rat).Sub(got, want)
		half := new(big.Rat).Quo(by, big.NewRat(2, 1))
		if !new(big.Rat).Quo(got, by).IsInt() || off.Abs(off).Cmp(half.Add(half, big.NewRat(1, 10_000))) > 0 {
			return fmt.Sprintf("quartile %d is %s, not %s rounded to %s", quarter, show(got), show(want), step)
		}
	}
	return ""
}

func wrong(right bool, text string) string {
	if right {
		return ""
	}
	return text
}
