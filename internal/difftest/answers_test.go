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
	Dimension string // "" for none
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
	quiet      int    // a history of no more months may have nothing to say
}

var (
	percentiles = map[string]string{
		"days_to_payment_median": "0.5", "days_to_payment_p90": "0.9", "days_call_to_exam": "0.5", "median_term": "0.5",
		"submission_lag_median": "0.5",
	}
	// For so many months after it nothing is known of a month.
	matures = map[string]int{
		"phase2_conversion_36m": 36, "starts_per_debond_12m": 12, "receivables_to_production": 12, "bad_debt_rate_of_production": 12,
		"exam_conversion_180d": 6, "visits_per_case": 12,
	}
	// What these count happens so seldom that so many months of few practices may hold
	// none. The generator posts no charge into a closed month: the rows by hand do.
	seldom    = map[string]int{"days_open": 12, "net_production_restated": 12, "restated_charges": 24, "denial_overturn_rate": 12}
	snapshots = map[string]bool{
		"treatment_conversion_45d": true, "pending_patients": true, "contract_receivables": true, "contract_credits": true,
		"not_yet_due": true, "past_due": true, "patient_delinquency_rate": true, "insurance_past_expected": true,
		"active_patients": true, "observation_patients": true, "between_phases_patients": true, "over_edc_rate": true,
		"collection_rate_3m": true, "days_sales_outstanding": true, "days_past_due_outstanding": true, "receivables_to_production": true,
		"autopay_rate": true, "delinquent_accounts_rate": true, "delinquent_accounts_rate_90d": true, "delinquent_open_accounts_rate": true,
		"no_profile_exposure": true, "patient_not_yet_due_share": true,
		"over_edc_rate_original": true, "active_without_next_appointment": true, "active_without_next_appointment_rate": true,
		"active_not_seen_12_weeks": true, "active_not_seen_12_weeks_rate": true,
		"retention_patients_with_balance": true, "retention_balance": true, "starts_per_debond_12m": true,
		"insurance_since_submission": true, "insurance_continuity_gap": true, "insurance_continuity_gap_amount": true, "lifetime_max_used": true,
	}
)

func methodOf(metric string) method {
	quiet := max(matures[metric], seldom[metric])
	return method{
		snapshot: snapshots[metric], percentile: percentiles[metric], quiet: quiet,
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
