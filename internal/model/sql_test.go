package model

import "testing"

func TestLineOfFindsTheNameInCodeOnly(t *testing.T) {
	for name, test := range map[string]struct {
		sql  string
		want int
	}{
		"first line":        {"select * from rcm.payer", 1},
		"line start":        {"select *\nfrom\nrcm.payer", 3},
		"other case":        {"select *\nfrom RCM.Payer", 2},
		"quoted":            {"select *\nfrom \"rcm\" . \"payer\"", 2},
		"longer name first": {"select * from rcm.payer_plan\njoin rcm.payer on true", 2},
		"other schema":      {"select * from x.rcm.payer\njoin rcm.payer on true", 2},
		"line comment":      {"-- rcm.payer\nselect * from rcm.payer", 2},
		"block comment":     {"/* rcm.payer\n it's */ select 1\nfrom rcm.payer", 3},
		"text":              {"select 'rcm.payer ''--'\nfrom rcm.payer", 2},
		"open comment":      {"select 1 /* rcm.payer", 1},
		"not there":         {"select\n1", 1},
	} {
		if got := lineOf(test.sql, "rcm.payer"); got != test.want {
			t.Errorf("%s: got line %d, want %d", name, got, test.want)
		}
	}
}
