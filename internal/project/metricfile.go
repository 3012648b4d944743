package project

import "archwire"

// metricSpec describes metrics/<file>.yaml.
func metricSpec(m *archwire.Metric) spec {
	return spec{Name: KindMetric, Doc: "A KPI on a dataset: metrics/<file>.yaml. A file may hold several, divided by ---.", Fields: []field{
		{"metric", "The metric's name.", true, "", text{&m.Name, name()}},
		{"id", "Its number in a catalogue.", false, "", text{&m.ID, anyText()}},
		{"label", "Its name for people.", true, "", text{&m.Label, anyText()}},
		{"dataset", "The dataset that it is computed from.", true, "", text{&m.Dataset, name()}},
		{"numerator", "A SQL aggregate over the dataset's columns.", true, "", text{&m.Numerator, anyText()}},
		{"denominator", "A SQL aggregate to divide by; for additivity none the number of rows.", false, "", text{&m.Denominator, anyText()}},
		{
			"additivity",
			"additive: values may be summed; semi: not over time, the last day counts; ratio: numerator and denominator are summed apart; none: computed from the rows each time.",
			true, "",
			choice[archwire.Additivity]{&m.Additivity, "additivity", []archwire.Additivity{archwire.Additive, archwire.Semi, archwire.Ratio, archwire.NonAdditive}},
		},
		{"basis", "The date that a row is counted by.", true, "", choice[archwire.Basis]{&m.Basis, "date basis", []archwire.Basis{
			archwire.BasisEvent, archwire.BasisPosting, archwire.BasisService, archwire.BasisDue, archwire.BasisSnapshot, archwire.BasisCohort,
		}}},
		{"date", "The dataset's column with that date.", true, "", text{&m.Date, anyText()}},
		{
			"grain", "How long a time each of these dates stands for, where it is longer than a day: a value dated on the first of a month is that of the whole month.",
			false, "a day",
			choice[string]{&m.Grain, "grain", []string{"week", "month", "quarter", "year"}},
		},
		{
			"matures", "Of a cohort: how long after its last day a month has a value.", false, "it is not said",
			text{&m.Matures, form{pattern: `^[1-9][0-9]{0,3} (days|months)$`, says: "a number of days or months, such as 180 days"}},
		},
		{"dimensions", "The dataset's columns that values may be cut by.", false, "none", list{&m.Dimensions, "column"}},
		{"unit", "The unit of the value: usd, count, percent, day.", true, "", text{&m.Unit, anyText()}},
		{"better", "Which way is good.", true, "", choice[string]{&m.Better, "direction", []string{"up", "down", "neither"}}},
		{"definition", "What is counted, in words.", true, "", text{&m.Definition, anyText()}},
		{"version", "Raised when the definition changes, or the unit, the additivity or a dimension that it had.", false, "1", integer{&m.Version, 1}},
		{
			"rows", "Where the single things are that it counts, where its dataset has their sums only.", false, "its rows are those of its dataset",
			optional[archwire.Behind]{&m.Rows, behindSpec},
		},
		{"sunset", "The last business date on which it is published.", false, "it is published as long as its dataset", day{&m.Sunset}},
	}}
}
