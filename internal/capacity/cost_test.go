package capacity_test

import (
	"encoding/csv"
	"math/big"
	"os"
	"regexp"
	"testing"
	"time"

	"archwire/internal/capacity"
)

func TestListPrice_TellsItsDayAndSource(t *testing.T) {
	t.Parallel()
	file, err := os.Open("prices.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // it was read only
	r := csv.NewReader(file)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		shape := capacity.Shape{Nodes: 1, Type: row[0]}
		if row[0] == "rpu" {
			shape = capacity.Shape{RPU: 8}
		}
		p, ok := capacity.ListPrice(shape, row[1])
		if !ok || p.Text != row[2] || p.PerHour.Sign() <= 0 || p.Source == "" || !regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(p.AsOf) {
			t.Errorf("%v is %+v, %t", row, p, ok)
		}
	}
	for _, unknown := range []capacity.Shape{{Nodes: 3, Type: "ra4.large"}, {}} {
		if p, ok := capacity.ListPrice(unknown, "us-east-1"); ok {
			t.Errorf("%s costs %s", unknown, p)
		}
	}
	if p, ok := capacity.ListPrice(capacity.Shape{Nodes: 3, Type: "ra3.large"}, "eu-west-1"); ok {
		t.Errorf("a region that is not in the table has %s", p)
	}
}

// The figures are worked out by hand: hours of 730 that are not a load's at the small
// size, the rest at the large one.
func TestEstimate_OfAMonth(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		loads, serves capacity.Shape
		took          time.Duration
		runs          int
		run, month    string
	}{
		// 0.25 * (3*700 + 6*30) = 570.00; a run is 0.25 * 3 more.
		"dc2.large 3 and 6, an hour a night": {capacity.Shape{Nodes: 6, Type: "dc2.large"}, capacity.Shape{Nodes: 3, Type: "dc2.large"}, time.Hour, 30, "0.75", "570.00"},
		// 0.543 * (2*715 + 4*15) = 809.07; a run is 0.543 * 2 * 0.5 = 0.543 more.
		"ra3.large 2 and 4, half an hour": {capacity.Shape{Nodes: 4, Type: "ra3.large"}, capacity.Shape{Nodes: 2, Type: "ra3.large"}, 30 * time.Minute, 30, "0.54", "809.07"},
		// 0.7602 * 2 * 30 = 45.612; a run is 1.5204.
		"paused in between": {capacity.Shape{Nodes: 2, Type: "rg.xlarge"}, capacity.Shape{Nodes: 2, Type: "rg.xlarge", Paused: true}, time.Hour, 30, "1.52", "45.61"},
		// 0.375 * 8 * 2 * 30 = 180.00; a run is 6.00.
		"Serverless, two hours a night": {capacity.Shape{RPU: 8}, capacity.Shape{RPU: 8}, 2 * time.Hour, 30, "6.00", "180.00"},
	} {
		p, ok := capacity.ListPrice(c.loads, "us-east-1")
		if !ok {
			t.Fatalf("%s has no price", name)
		}
		bill := capacity.Estimate(p, c.loads, c.serves, c.took, c.runs)
		if run, month := capacity.Amount(bill.Run), capacity.Amount(bill.Month); run != c.run || month != c.month {
			t.Errorf("%s: a run is %s and a month %s, want %s and %s", name, run, month, c.run, c.month)
		}
	}
}

func TestSpend_AddsUpWhatWasSeen(t *testing.T) {
	t.Parallel()
	hour := func(h float64) time.Time { return night.Add(time.Duration(h * float64(time.Hour))) }
	shape := func(nodes int) capacity.Shape { return capacity.Shape{Nodes: nodes, Type: "ra3.large"} }
	seen := []capacity.Seen{
		{At: hour(-5), Shape: shape(3)},
		{At: hour(1), Shape: shape(6), Holder: "run"},
		{At: hour(2.5), Shape: shape(3)},
		{At: hour(4), Shape: capacity.Shape{Nodes: 3, Type: "ra3.large", Paused: true}},
	}
	price := func(s capacity.Shape) (capacity.Price, bool) { return capacity.ListPrice(s, "us-east-1") }
	spent, ok := capacity.Spend(seen, hour(0), hour(24), price)
	// 0.543 * (3*1 + 6*1.5 + 3*1.5) = 0.543 * 16.5 = 8.9595; the run's part is 0.543 * 9 = 4.887.
	if got := capacity.Amount(spent.Sum); !ok || got != "8.96" || capacity.Amount(spent.ByHolder["run"]) != "4.89" || spent.Large != 90*time.Minute || spent.Unseen != 0 {
		t.Errorf("spent %s, %+v, %t", got, spent, ok)
	}
	if spent, _ := capacity.Spend(seen[1:], hour(0), hour(24), price); spent.Unseen != time.Hour {
		t.Errorf("unseen %s", spent.Unseen)
	}
	if _, ok := capacity.Spend(seen, hour(0), hour(24), func(capacity.Shape) (capacity.Price, bool) { return capacity.Price{}, false }); ok {
		t.Error("a sum is known without prices")
	}
	// Serverless is counted for as long as somebody holds a lease.
	serverless := []capacity.Seen{{At: hour(0), Shape: capacity.Shape{RPU: 8}}, {At: hour(1), Shape: capacity.Shape{RPU: 64}, Holder: "run"}, {At: hour(2), Shape: capacity.Shape{RPU: 8}}}
	if spent, _ := capacity.Spend(serverless, hour(0), hour(24), price); capacity.Amount(spent.Sum) != "24.00" {
		t.Errorf("Serverless: %s", capacity.Amount(spent.Sum))
	}
}

func TestAmount_IsExactToTheCent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"0": "0.00", "1.005": "1.00", "1.015": "1.02", "1.0050000000000000001": "1.01", "-1.006": "-1.01", "570": "570.00"} {
		r, _ := new(big.Rat).SetString(text)
		if got := capacity.Amount(r); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
