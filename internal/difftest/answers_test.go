package difftest

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// A question asks for one metric, by period and perhaps by one dimension.
type question struct {
	Metric    string
	Grain     string // week, month, quarter or year
	Dimension string // or practice; "" for none
	From, To  string // what the API is asked for; the SQL gives everything
}

// A cell names one answer.
type cell struct {
	Practice string // "" for all together
	Period   string // the first day
	Member   string // of the dimension
}

// An answer is what a metric is in a cell. Denominator is nil where the metric
// has none.
type answer struct {
	Numerator, Denominator *big.Rat
}

// How a metric's facts become an answer.
type method struct {
	snapshot   bool   // a state: of a longer period its last day counts
	due        bool   // lies ahead of the business date
	percentile string // of the facts; "" sums them
}

var (
	percentiles = map[string]string{"days_to_payment_median": "0.5", "days_to_payment_p90": "0.9"}
	snapshots   = map[string]bool{
		"treatment_conversion_45d": true, "pending_patients": true, "contract_receivables": true, "contract_credits": true,
		"not_yet_due": true, "past_due": true, "patient_delinquency_rate": true, "insurance_past_expected": true,
		"active_patients": true, "over_edc_rate": true,
	}
)

func methodOf(metric string) method {
	return method{
		snapshot: snapshots[metric], percentile: percentiles[metric],
		due: metric == "cash_scheduled" || metric == "cash_forecast",
	}
}

// answers sums up the facts that count counted: for each practice and for all
// together, each period and each member of the dimension.
func (y *yardstick) answers(t *testing.T, q question) map[cell]answer {
	t.Helper()
	how := methodOf(q.Metric)
	numerator, denominator := "sum(numerator)::text", "sum(denominator)::text"
	if how.percentile != "" {
		numerator = fmt.Sprintf("round(percentile_cont(%s) within group (order by numerator)::numeric, 1)::text", how.percentile)
		denominator = "count(*)::text"
	}
	member := "''"
	switch q.Dimension {
	case "":
	case "practice":
		member = "practice_id::text"
	default:
		member = fmt.Sprintf("coalesce(%s::text, '(null)')", q.Dimension)
	}
	only := ""
	if how.snapshot {
		only = fmt.Sprintf("where day in (select max(d) from month_ends('%s') d group by date_trunc('%s', d))", y.asOf, q.Grain)
	}
	sql := fmt.Sprintf(`with counted as (select practice_id, date_trunc('%s', day)::date as period, %s as member, numerator, denominator
			from fact %s)
		select coalesce(practice_id::text, ''), period::text, member, %s, %s
		from counted group by grouping sets ((practice_id, period, member), (period, member))`,
		q.Grain, member, only, numerator, denominator)
	rows, err := y.conn.Query(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatalf("%s: %v", q.Metric, err)
	}
	found := map[cell]answer{}
	var c cell
	var n, d *string
	_, err = pgx.ForEachRow(rows, []any{&c.Practice, &c.Period, &c.Member, &n, &d}, func() error {
		found[c] = answer{rat(n), rat(d)}
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", q.Metric, err)
	}
	return found
}

// rat reads a decimal to its last digit; nil stays nil.
func rat(text *string) *big.Rat {
	if text == nil {
		return nil
	}
	r, ok := new(big.Rat).SetString(*text)
	if !ok || strings.ContainsAny(*text, "/_x") {
		panic(fmt.Sprintf("%q is not a decimal", *text))
	}
	return r
}

// show writes a number as a decimal; all numbers here have one.
func show(r *big.Rat) string {
	if r == nil {
		return "none"
	}
	n, exact := r.FloatPrec()
	if !exact {
		n = 12
	}
	return r.FloatString(n)
}

func (a answer) String() string {
	if a.Denominator == nil {
		return show(a.Numerator)
	}
	return show(a.Numerator) + " of " + show(a.Denominator)
}
