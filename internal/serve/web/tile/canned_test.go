package tile

import (
	"strings"
	"time"

	"archwire"
)

// The tiles of the gallery: every kind and every state, from made-up data.

var (
	collected = Metric{
		Name: "net_collections", Label: "Collected", Unit: "usd", Better: "up", Additivity: archwire.Additive,
		Definition: "Payments received less refunds, on posting date.",
	}
	pastDue = Metric{Name: "past_due", Label: "Past due", Unit: "usd", Better: "down", Additivity: archwire.Semi}
	rate    = Metric{Name: "start_rate", Label: "Start rate", Unit: "share", Better: "up", Additivity: archwire.Ratio}
	days    = Metric{Name: "days_to_payment_median", Label: "Days to payment", Unit: "days", Better: "down", Additivity: archwire.NonAdditive}
	visits  = Metric{Name: "visits", Label: "Visits", Unit: "count", Better: "neither", Additivity: archwire.Additive}
	starts  = Metric{Name: "starts", Label: "Starts", Unit: "count", Better: "up", Additivity: archwire.Additive}
)

func canned() []Tile {
	var out []Tile
	for _, group := range [][]Tile{cannedNumbers(), cannedCharts(), cannedBars(), cannedTables(), cannedStates()} {
		out = append(out, group...)
	}
	return out
}

func month(y int, m time.Month) time.Time { return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC) }

// months are n of them up to November 2026, which is not over, and some ahead.
func months(n, ahead int) []Period {
	out := make([]Period, 0, n+ahead)
	for i := range n + ahead {
		out = append(out, Period{Start: month(2026, time.November).AddDate(0, i-n+1, 0), Complete: i < n-1, Ahead: i >= n})
	}
	return out
}

// values are decimals between blanks; "none" is none.
func values(text string) []Value {
	var out []Value
	for v := range strings.FieldsSeq(text) {
		out = append(out, Value{Value: strings.TrimPrefix(v, "none")})
	}
	return out
}

func links(metric string) Links {
	return Links{
		Definition: "/metrics/" + metric, Why: "/metrics/" + metric + "#why", Rows: "/rows/collections_daily",
		Exports: []Link{{"CSV", "/v1/metrics/" + metric + ".csv"}, {"XLSX", "/v1/metrics/" + metric + ".xlsx"}},
	}
}

func cannedNumbers() []Tile {
	money := values("118204.10 121880.00 96455.25 103210.75 110042.00 118800.50 121003.00 119870.10 123554.40 120087.35 126540.00 131228.90 98204.45")
	money[12].Compare = &Compare{Start: month(2026, time.October), Value: "131228.90", Change: "-33024.45", Ratio: "-0.251655"}
	shares := values("0.58 0.61 0.55 none none 0.60 0.62 0.61 0.64 0.63 0.66 0.642105 0.70")
	shares[11].Numerator, shares[11].Denominator = "122", "190"
	shares[11].Compare = &Compare{Start: month(2025, time.October), Value: "0.58", Change: "0.062105", Ratio: "0.107078"}
	wait := values("31 30 30.5 29 33 28 27 25 24 24 22.5 21 19")
	wait[12].Count = "84"
	wait[12].Compare = &Compare{Start: month(2026, time.October), Value: "21", Change: "-2", Ratio: "-0.095238"}
	same := values("410 422 398 405 431 440 438 433 429 441 450 455 455")
	same[12].Compare = &Compare{Start: month(2026, time.October), Value: "455", Change: "0", Ratio: "0"}
	return []Tile{
		{
			ID: "number", Kind: Number, Width: 3, Metrics: []Metric{collected}, Grain: "month", Periods: months(13, 0), Now: 12, State: Partial, Note: "Nov 20 is not closed",
			Series: []Series{{Values: money}}, Target: "125000", Links: links("net_collections"),
		},
		{ID: "number-ratio", Kind: Number, Width: 3, Metrics: []Metric{rate}, Grain: "month", Periods: months(13, 0), Now: 11, Series: []Series{{Values: shares}}, Target: "0.6", Links: links("start_rate")},
		{ID: "number-days", Kind: Number, Width: 3, Metrics: []Metric{days}, Grain: "month", Periods: months(13, 0), Now: 12, Series: []Series{{Values: wait}}, Links: links("days_to_payment_median")},
		{ID: "number-same", Kind: Number, Width: 3, Title: "Visits <this month>", Metrics: []Metric{visits}, Grain: "month", Periods: months(13, 0), Now: 12, Series: []Series{{Values: same}}, Links: links("visits")},
	}
}

func cannedCharts() []Tile {
	var payers []Series
	for i, name := range []string{"Delta", "MetLife", "Cigna", "Aetna", "Guardian", "Humana", "United", "Principal"} {
		s := Series{Key: "p" + itoa(i), Name: name}
		for j := range 13 {
			s.Values = append(s.Values, Value{Value: itoa(40000/(i+1)+j*(17*i+31)%900) + ".25"})
		}
		payers = append(payers, s)
	}
	return []Tile{
		{
			ID: "line", Kind: Line, Width: 6, Title: "Collected and starts", Metrics: []Metric{collected}, Grain: "month", Periods: months(13, 0), Now: 12, Links: links("net_collections"),
			Series: []Series{
				{Key: "1", Name: "Cherry Creek", Values: values("61204 60880 none 53210 50042 58800 61003 59870 63554 60087 66540 71228 50204")},
				{Key: "2", Name: "Highlands", Values: values("41204 40880 36455 33210 40042 38800 41003 none none 40087 46540 41228 30204.45")},
			},
		},
		{
			ID: "forecast", Kind: Line, Width: 6, Title: "Cash forecast", Metrics: []Metric{collected}, Grain: "month", Periods: months(7, 6), Now: 6, Links: links("cash_forecast"),
			Series: []Series{{Values: values("118800 121003 119870 123554 120087 126540 98204 101300 104210 99870 97000 95120 93000.50")}},
		},
		{
			ID: "bar", Kind: Bar, Width: 6, Title: "Net change of receivables", Metrics: []Metric{pastDue}, Grain: "month", Periods: months(13, 0), Now: 12, Links: links("past_due"),
			Series: []Series{{Values: values("1200 -800.50 300 none 950 -1240 210 640 -90 1310 720 -300 410")}},
		},
		{ID: "stacked", Kind: Stacked, Width: 6, Title: "Collected by payer", Metrics: []Metric{collected}, Grain: "month", Periods: months(13, 0), Now: 12, Series: payers, Links: links("net_collections")},
		{
			ID: "lines-of-rates", Kind: Stacked, Width: 12, Title: "Start rate by coordinator", Metrics: []Metric{rate}, Grain: "quarter", Now: 2, Order: []string{"c2"},
			Periods: []Period{{Start: month(2026, time.January), Complete: true}, {Start: month(2026, time.April), Complete: true}, {Start: month(2026, time.July), Complete: true}},
			Series: []Series{
				{Key: "c1", Name: "Ana Ruiz", Values: []Value{{Value: "0.61", Numerator: "61", Denominator: "100"}, {Value: "0.64", Numerator: "64", Denominator: "100"}, {Value: "0.7", Numerator: "70", Denominator: "100"}}},
				{Key: "c2", Name: "Sam Lee", Values: values("0.5 0.55 0.525")},
			},
		},
	}
}

func now() []Period { return months(1, 0) }

func cannedBars() []Tile {
	var payers []Series
	for i := range 15 {
		payers = append(payers, Series{Key: "p" + itoa(i), Name: "Payer " + itoa(i+1), Href: "?filter=p" + itoa(i), Values: values(itoa(90000/(i+2)) + ".40")})
	}
	one := func(s string) []Value { return values(s) }
	step := func(i int, v, before, change, ratio string) Series {
		return Series{Metric: i, Values: []Value{{Value: v, Compare: &Compare{Start: month(2026, time.October), Value: before, Change: change, Ratio: ratio}}}}
	}
	return []Tile{
		{ID: "bars", Kind: Bar, Width: 6, Title: "Past due by payer", Metrics: []Metric{pastDue}, Grain: "month", Periods: now(), Series: payers, Links: links("past_due")},
		{
			ID: "bars-negative", Kind: Bar, Width: 6, Title: "Adjustments by reason", Metrics: []Metric{collected}, Grain: "month", Periods: now(), Links: links("adjustments"),
			Series: []Series{{Key: "a", Name: "Write-off", Values: one("-4200.10")}, {Key: "b", Name: "Courtesy", Values: one("-1100")}, {Key: "c", Name: "Correction", Values: one("900.5")}, {Key: "d", Name: "Recovered", Values: one("none")}},
		},
		{
			ID: "funnel", Kind: Funnel, Width: 6, Title: "Leads to starts", Grain: "month", Periods: now(), Links: links("starts"),
			Metrics: []Metric{{Name: "leads", Label: "Leads", Unit: "count", Better: "up"}, {Name: "consults", Label: "Consultations", Unit: "count", Better: "up"}, {Name: "recommended", Label: "Recommended", Unit: "count", Better: "up"}, starts},
			Series:  []Series{step(0, "412", "390", "22", "0.056410"), step(1, "233", "240", "-7", "-0.029167"), step(2, "190", "181", "9", "0.049724"), step(3, "122", "120", "2", "0.016667")},
		},
		{
			ID: "ageing", Kind: Ageing, Width: 6, Title: "Receivables by age", Metrics: []Metric{pastDue}, Grain: "month", Periods: now(), Order: []string{"current", "1-30", "31-60", "61-90", "over 90"}, Links: links("past_due"),
			Series: []Series{
				{Key: "31-60", Values: one("18210.40")},
				{Key: "current", Name: "Current", Values: one("120400.00")},
				{Key: "1-30", Values: one("41880.10")},
				{Key: "61-90", Values: one("9320")},
				{Key: "over 90", Name: "Over 90", Href: "/rows/pending_list", Values: one("14005.55")},
			},
		},
		{ID: "heat", Kind: HeatMap, Width: 6, Title: "Visits by weekday and hour", Metrics: []Metric{visits}, Heat: cannedHeat(), Links: links("visits")},
		{
			ID: "benchmark", Kind: Benchmark, Width: 6, Title: "Start rate beside others", Metrics: []Metric{rate}, Peers: "practices", Links: links("start_rate"),
			Bands: []Band{
				{Name: "Large, Mountain", Own: "0.642105", Lower: "0.51", Median: "0.58", Upper: "0.63", Practices: "12"},
				{Name: "All", Own: "0.642105", Lower: "0.48", Median: "0.66", Upper: "0.71", Practices: "550"},
				{Name: "Small, Alaska", Own: "0.642105", Suppressed: "fewer than 5 practices"},
				{Name: "No value of one's own", Lower: "0.48", Median: "0.66", Upper: "0.71", Practices: "550"},
			},
		},
	}
}

func cannedHeat() *Heat {
	out := &Heat{RowsOf: "Weekday", ColumnsOf: "Hour"}
	for h := range 9 {
		out.Columns = append(out.Columns, Name{Text: itoa(8 + h)})
	}
	for d, day := range []string{"Mon", "Tue", "Wed", "Thu", "Fri"} {
		out.Rows = append(out.Rows, Name{Text: day, Href: "?filter=" + day})
		var row []Value
		for h := range 9 {
			v := Value{Value: itoa((d*7+h*h*3)%41 + h)}
			if d == 4 && h > 5 {
				v = Value{Why: "closed"}
			}
			row = append(row, v)
		}
		out.Cells = append(out.Cells, row)
	}
	return out
}

func cannedTables() []Tile {
	var byLocation []Series
	for i, name := range []string{"Not known", "Cherry Creek", "Highlands"} {
		key := strings.Repeat("l", i)
		byLocation = append(byLocation,
			Series{Metric: 0, Key: key, Name: name, Href: "?filter=" + key, Values: values([]string{"4000", "50204", "44000.45"}[i])},
			Series{Metric: 1, Key: key, Name: name, Values: []Value{{Value: "0.64", Numerator: "64", Denominator: "100"}}},
			Series{Metric: 2, Key: key, Name: name, Values: []Value{{Why: "fewer than 5"}}},
		)
	}
	byLocation = append(byLocation, Series{Metric: 0, Total: true, Values: values("98204.45")}, Series{Metric: 1, Total: true, Values: []Value{{Value: "0.64", Numerator: "192", Denominator: "300"}}})
	listed := []Series{{Metric: 0, Values: values("98204.45")}, {Metric: 1, Values: values("0.642")}}
	listed[0].Values[0].Compare = &Compare{Start: month(2026, time.October), Value: "131228.90", Change: "-33024.45", Ratio: "-0.251655"}
	return []Tile{
		{ID: "table", Kind: Table, Width: 6, Title: "Locations", Metrics: []Metric{collected, rate, days}, Grain: "month", Periods: now(), Series: byLocation, Links: links("net_collections")},
		{ID: "table-list", Kind: Table, Width: 6, Title: "This month", Metrics: []Metric{collected, rate}, Grain: "month", Periods: now(), Series: listed},
		{
			ID: "rows", Kind: Table, Width: 12, Title: "Pending patients", Links: Links{Exports: []Link{{"CSV", "/v1/x.csv"}}},
			Rows: &Rows{
				Columns: []Column{
					{Name: "patient", Label: "Patient"},
					{Name: "recommended_on", Unit: "date", Sort: "?order=recommended_on", Sorted: "ascending"},
					{Name: "seen_at", Label: "Last seen", Unit: "instant"},
					{Name: "balance", Unit: "usd", Sort: "?order=-balance"},
					{Name: "note"},
				},
				Rows: [][]Cell{
					{{Text: "P-10442", Href: "/rows/patient/1"}, {Text: "2026-06-01"}, {Text: "2026-11-20T03:14:00Z"}, {Text: "1284.5"}, {Text: "<b>call</b>"}},
					{{Text: "P-10871"}, {Text: "2026-08-19"}, {Null: true}, {Text: "0"}, {Text: ""}},
				},
				Totals: []Cell{{}, {Text: ""}, {Text: ""}, {Text: "1284.5"}, {}}, TotalsOf: "These 2 rows", Previous: "?cursor=a", Next: "?cursor=b",
			},
		},
	}
}

func cannedStates() []Tile {
	var out []Tile
	for _, s := range []struct {
		state State
		note  string
	}{
		{Loading, ""},
		{Empty, "starts arrive with the first run"},
		{None, ""},
		{Barred, "choose one of the practices above"},
		{NotMature, "complete on Jan 31"},
		{Suppressed, "fewer than 5 practices"},
		{Late, "data through Wed Nov 18"},
		{NotAllowed, ""},
		{Failed, "try again in a minute"},
	} {
		id := "state-" + strings.ReplaceAll(string(s.state), "_", "-")
		out = append(out, Tile{
			ID: id, Kind: Number, Width: 3, Metrics: []Metric{starts}, State: s.state, Note: s.note, Grain: "month", Periods: now(), Series: []Series{{Values: values("122")}}, Links: Links{Definition: "/metrics/starts"},
		})
	}
	out = append(out, Tile{ID: "state-untitled", Kind: Table, Width: 3, State: NotAllowed, Note: "it is of another profile"})
	return append(out, Tile{ID: "state-blank", Kind: Line, Width: 3, Metrics: []Metric{starts}})
}
