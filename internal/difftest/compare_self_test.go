package difftest

import (
	"encoding/json"
	"math/big"
	"testing"
)

func TestTheComparisonSeesWhatDiffers(t *testing.T) {
	at := cell{Practice: "1", Period: "2026-03-01"}
	q := question{Metric: "collection_rate", Grain: "month", From: "2026-03-01", To: "2026-03-31"}
	value := func(s string) *json.Number { n := json.Number(s); return &n }
	dec := func(s string) *big.Rat { return rat(&s) }
	two, three := dec("2.00"), dec("3")
	for name, test := range map[string]struct {
		want answer
		got  served
		kind string
		same bool
	}{
		"equal sums":                      {answer{two, nil}, served{answer{dec("2"), nil}, value("2")}, "additive", true},
		"a cent":                          {answer{dec("2.01"), nil}, served{answer{two, nil}, value("2.00")}, "additive", false},
		"the 20th digit":                  {answer{dec("9007199254740993.0001"), nil}, served{answer{dec("9007199254740993.0002"), nil}, value("9007199254740993.0002")}, "additive", false},
		"a value unlike its numerator":    {answer{two, nil}, served{answer{two, nil}, value("2.01")}, "semi", false},
		"equal ratios":                    {answer{two, three}, served{answer{two, three}, value("0.666667")}, "ratio", true},
		"equal quotients of other parts":  {answer{two, three}, served{answer{dec("4"), dec("6")}, value("0.666667")}, "ratio", false},
		"a quotient cut, not rounded":     {answer{two, three}, served{answer{two, three}, value("0.666666")}, "ratio", false},
		"nothing over nothing":            {answer{}, served{}, "ratio", true},
		"a rate of nothing":               {answer{}, served{Value: value("0")}, "ratio", false},
		"an amount that only SQL has":     {answer{two, nil}, served{}, "additive", false},
		"an amount that only the API has": {answer{}, served{answer{two, nil}, value("2")}, "additive", false},
	} {
		var c comparison
		c.hold(q, test.kind, map[cell]answer{at: test.want}, map[cell]served{at: test.got})
		if (len(c.differences) == 0) != test.same {
			t.Errorf("%s: differences %q", name, c.differences)
		}
	}
}

func TestTheComparisonMissesNoPeriod(t *testing.T) {
	q := question{Metric: "starts", Grain: "quarter", From: "2025-11-20", To: "2026-04-01"}
	var c comparison
	c.everyPeriod(q, "1", map[cell]served{{Practice: "1", Period: "2025-10-01"}: {}, {Practice: "1", Period: "2026-04-01"}: {}})
	if len(c.differences) != 1 || c.differences[0] != "starts, practice 1: the API has no quarter of 2026-01-01" {
		t.Errorf("differences %q", c.differences)
	}
}
