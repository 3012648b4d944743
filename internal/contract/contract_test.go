package contract_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/contract"
	"archwire/internal/serve/ledger"
)

const today = archwire.Day("2026-11-21")

// offer is what is in service in every test.
func offer() contract.Offer {
	return contract.Offer{
		Datasets: []archwire.Dataset{{
			Name: "visits", Tenant: "practice_id", Key: []string{"id"}, Location: "office", Contract: 3,
			Columns: []archwire.DatasetColumn{
				{Name: "id", Type: "int64", Class: archwire.ClassPseudonymous},
				{Name: "on_day", Type: "date", Class: archwire.ClassPublic, Description: "The day."},
				{Name: "fee", Type: "decimal(12,2)", Class: archwire.ClassPublic, Unit: "usd"},
			},
		}},
		Metrics: []archwire.Metric{{
			Name: "fees", Dataset: "visits", Numerator: "sum(fee)", Date: "on_day", Dimensions: []string{"on_day"}, Unit: "usd",
			Additivity: archwire.Additive, Basis: archwire.BasisEvent, Definition: "Fees.", Version: 2,
		}},
	}
}

// changed is the offer after f.
func changed(f func(d *archwire.Dataset, m *archwire.Metric)) contract.Offer {
	o := offer()
	f(&o.Datasets[0], &o.Metrics[0])
	return o
}

func TestCompare_NamesWhatBreaks(t *testing.T) {
	for name, c := range map[string]struct {
		next contract.Offer
		want []string
	}{
		"nothing": {offer(), nil},
		"more, and other words": {changed(func(d *archwire.Dataset, m *archwire.Metric) {
			d.Columns = append(d.Columns, archwire.DatasetColumn{Name: "kind", Type: "text", Class: archwire.ClassIdentified})
			d.Columns[1].Description, d.Columns[1].Unit, d.Description, d.From = "Day.", "day", "Visits.", "other.visits"
			d.Columns[0].Class = archwire.ClassPublic
			m.Dimensions, m.Label, m.Numerator, m.Rows = append(m.Dimensions, "kind"), "Fees", "sum(fee)\n", &archwire.Behind{Dataset: "visits"}
			d.Sunset, m.Sunset = "2026-11-22", today
		}), nil},
		"a column is removed": {
			changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Columns = d.Columns[:2] }),
			[]string{"dataset visits, contract 3: column fee is removed"},
		},
		"a column is renamed": {
			changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Columns[2].Name = "price" }),
			[]string{"dataset visits, contract 3: column fee is removed"},
		},
		"type, unit and class": {changed(func(d *archwire.Dataset, _ *archwire.Metric) {
			d.Columns[2] = archwire.DatasetColumn{Name: "fee", Type: "float64", Class: archwire.ClassIdentified, Unit: "cent"}
		}), []string{
			"dataset visits, contract 3: column fee has another type: float64 instead of decimal(12,2)",
			"dataset visits, contract 3: column fee is shown to fewer: its class is identified instead of public",
			`dataset visits, contract 3: column fee has another unit: "cent" instead of "usd"`,
			"metric fees, version 2: reads column fee, which is shown to fewer: its class is identified instead of public",
		}},
		"pseudonyms": {changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Columns[2].Pseudonym = "fee" }), []string{
			"dataset visits, contract 3: column fee is given as pseudonyms of domain fee instead of as it is",
		}},
		"key and tenant": {changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Key, d.Tenant = []string{"id", "on_day"}, "office_id" }), []string{
			"dataset visits, contract 3: has its tenant in column office_id instead of practice_id",
			"dataset visits, contract 3: has the key [id, on_day] instead of [id]",
		}},
		"location and pseudonyms": {changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Location, d.Columns[0].Pseudonym = "", "person" }), []string{
			`dataset visits, contract 3: tells the location of a row in column "" instead of "office"`,
			`dataset visits, contract 3: column id is given as pseudonyms of domain person instead of as it is`,
		}},
		"the contract rises alone": {
			changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Contract = 4 }),
			[]string{"dataset visits, contract 3: is not served any more"},
		},
		"the contract falls": {
			changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Contract = 2 }),
			[]string{"dataset visits, contract 3: is not served any more"},
		},
		"everything is gone": {contract.Offer{}, []string{
			"dataset visits, contract 3: is not served any more", "metric fees, version 2: is removed",
		}},
		"a metric means another thing": {changed(func(_ *archwire.Dataset, m *archwire.Metric) {
			m.Unit, m.Additivity, m.Numerator, m.Denominator = "count", archwire.Ratio, "sum(fee) ", "count(*)"
			m.Basis, m.Date, m.Definition, m.Dimensions = archwire.BasisDue, "due", "Dues.", nil
		}), []string{
			`metric fees, version 2: has another unit: "count" instead of "usd"`,
			`metric fees, version 2: has another additivity: "ratio" instead of "additive"`,
			`metric fees, version 2: has another denominator: "count(*)" instead of ""`,
			`metric fees, version 2: has another basis: "due" instead of "event"`,
			`metric fees, version 2: has another date: "due" instead of "on_day"`,
			`metric fees, version 2: has another definition: "Dues." instead of "Fees."`,
			"metric fees, version 2: dimension on_day is removed",
		}},
		"a metric says that it means another thing": {changed(func(_ *archwire.Dataset, m *archwire.Metric) {
			m.Unit, m.Numerator, m.Dimensions, m.Version = "count", "count(*)", nil, 3
		}), nil},
		"a version falls": {
			changed(func(_ *archwire.Dataset, m *archwire.Metric) { m.Version = 1 }),
			[]string{"metric fees, version 2: has the lower version 1"},
		},
	} {
		var got []string
		for _, change := range contract.Compare(offer(), c.next, today) {
			got = append(got, change.String())
			if change.Way == "" {
				t.Errorf("%s: %s leads nowhere", name, change)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestCompare_KnowsAContractByItsNumber(t *testing.T) {
	next := changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Contract, d.Columns = 4, d.Columns[:2] })
	older := offer().Datasets[0]
	older.Name, older.Sunset = "visits@3", "2027-06-30"
	next.Datasets = append(next.Datasets, older)
	if got := contract.Compare(offer(), next, today); got != nil {
		t.Errorf("both are served, and %v breaks", got)
	}
	// From the next publication on, the older contract may go when its sunset is over, and not before.
	alone := contract.Offer{Datasets: next.Datasets[:1], Metrics: next.Metrics}
	for on, want := range map[archwire.Day]int{"2027-06-30": 1, "2027-07-01": 0} {
		if got := contract.Compare(next, alone, on); len(got) != want {
			t.Errorf("on %s: %v", on, got)
		}
	}
	earlier := contract.Offer{Datasets: slices.Clone(next.Datasets), Metrics: next.Metrics}
	earlier.Datasets[1].Sunset = "2027-06-29"
	got := contract.Compare(next, earlier, today)
	if len(got) != 1 || got[0].String() != "dataset visits, contract 3: ends on 2027-06-29, though 2027-06-30 was said" {
		t.Errorf("an earlier sunset: %v", got)
	}
	// A metric ends with its dataset.
	ends := offer()
	ends.Datasets[0].Sunset = "2026-11-20"
	if got := contract.Compare(ends, contract.Offer{}, today); got != nil {
		t.Errorf("after its dataset's sunset: %v", got)
	}
}

func TestJudge_RefusesWhatSomebodyReliedOn(t *testing.T) {
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	use := ledger.Use{Name: "visits", Contract: 3, Client: "north", Profile: archwire.Aggregate, All: true, Answers: 2, Last: noon}
	with := func(f func(*ledger.Use)) ledger.Use { u := use; f(&u); return u }
	removed := changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Columns = d.Columns[:2] })
	hidden := changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Columns[2].Class = archwire.ClassPseudonymous })
	keyless := changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Columns = d.Columns[1:]; d.Key = nil })
	renamed := changed(func(d *archwire.Dataset, _ *archwire.Metric) { d.Columns[0].Pseudonym = "person" })
	undimensioned := changed(func(_ *archwire.Dataset, m *archwire.Metric) { m.Dimensions = nil })
	for name, c := range map[string]struct {
		next    contract.Offer
		use     ledger.Use
		refused bool
	}{
		"all columns":             {removed, use, true},
		"a contract not known":    {removed, with(func(u *ledger.Use) { u.Contract = 0 }), true},
		"another contract":        {removed, with(func(u *ledger.Use) { u.Contract = 2 }), false},
		"another dataset":         {removed, with(func(u *ledger.Use) { u.Name = "visit" }), false},
		"a metric of that name":   {removed, with(func(u *ledger.Use) { u.Metric = true }), false},
		"this column":             {removed, with(func(u *ledger.Use) { u.All, u.Columns = false, []string{"fee"} }), true},
		"another column":          {removed, with(func(u *ledger.Use) { u.All, u.Columns = false, []string{"on_day"} }), false},
		"filtered by it":          {removed, with(func(u *ledger.Use) { u.All, u.Columns = false, []string{"fee", "on_day"} }), true},
		"hidden from it":          {hidden, use, true},
		"still open to it":        {hidden, with(func(u *ledger.Use) { u.Profile = archwire.Pseudonymous }), false},
		"never open to it":        {keyless, with(func(u *ledger.Use) { u.Columns = []string{"on_day"} }), true}, // the key is everyone's
		"given pseudonyms":        {renamed, with(func(u *ledger.Use) { u.Profile = archwire.Pseudonymous }), true},
		"given none":              {renamed, with(func(u *ledger.Use) { u.Profile = archwire.Identified }), false},
		"the dimension":           {undimensioned, with(func(u *ledger.Use) { u.Metric, u.Name, u.All, u.Columns = true, "fees", false, []string{"on_day"} }), true},
		"the metric otherwise":    {undimensioned, with(func(u *ledger.Use) { u.Metric, u.Name, u.All = true, "fees", false }), false},
		"a metric's hidden input": {hidden, with(func(u *ledger.Use) { u.Metric, u.Name, u.All = true, "fees", false }), true},
	} {
		verdicts := contract.Judge(contract.Compare(offer(), c.next, today), []ledger.Use{c.use})
		refused := slices.ContainsFunc(verdicts, func(v contract.Verdict) bool { return v.Refused })
		if refused != c.refused || (contract.Err(verdicts) != nil) != refused {
			t.Errorf("%s: %+v, %v", name, verdicts, contract.Err(verdicts))
		}
	}
	many := []ledger.Use{use, with(func(u *ledger.Use) { u.Last = noon.Add(time.Hour) }), with(func(u *ledger.Use) { u.Client = "south" })}
	err := contract.Err(contract.Judge(contract.Compare(offer(), removed, today), many))
	want := "dataset visits, contract 3: column fee is removed, which north last used on 2026-11-20 (4 answers), south last used on 2026-11-20 (2 answers)"
	if archwire.MessageOf(err) != want || archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(archwire.HintOf(err), "datasets/visits@3.yaml") {
		t.Errorf("%v, %s", err, archwire.HintOf(err))
	}
	people := []ledger.Use{
		with(func(u *ledger.Use) { u.Client, u.Person = "", "ann1" }),
		with(func(u *ledger.Use) { u.Client, u.Person = "", "bob2" }),
	}
	err = contract.Err(contract.Judge(contract.Compare(offer(), removed, today), people))
	want = "dataset visits, contract 3: column fee is removed, which person ann1 last used on 2026-11-20 (2 answers), person bob2 last used on 2026-11-20 (2 answers)"
	if archwire.MessageOf(err) != want {
		t.Errorf("%v", err)
	}
}
