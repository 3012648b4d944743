package fileform

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPatternsOrderNames(t *testing.T) {
	for _, c := range []struct {
		pattern string
		oldest  []string // to newest
		not     []string
	}{
		{
			"payer_{date}.csv",
			[]string{"payer_20251231.csv", "payer_2026-01-01.csv", "payer_2026_02_28.csv", "payer_20261120.csv"},
			[]string{"payer_2026-02-29.csv", "payer_2026-11-20.csv.tmp", "x/payer_20261120.csv", "payer_.csv", "payerX20261120.csv"},
		},
		{
			"in/*/claims-{date}T{time}.{number}.ndjson.gz",
			[]string{
				"in/b/claims-2026-11-20T0130.7.ndjson.gz", "in/a/claims-20261120T013000.10.ndjson.gz", "in/a/claims-20261120T01-30-01.1.ndjson.gz",
				"in/a/claims-20261121T000000.2.ndjson.gz",
			},
			[]string{"in/claims-20261120T013000.1.ndjson.gz", "in/a/b/claims-20261120T013000.1.ndjson.gz", "in/a/claims-20261120T246000.1.ndjson.gz"},
		},
		{"part{number}.parquet", []string{"part2.parquet", "part10.parquet", "part0011.parquet"}, []string{"part.parquet", "partx.parquet"}},
	} {
		p, err := ParsePattern(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		var orders []string
		for _, name := range c.oldest {
			order, ok := p.Match(name)
			if !ok {
				t.Errorf("%s does not match %s", c.pattern, name)
			}
			orders = append(orders, order)
		}
		if !slices.IsSorted(orders) || len(slices.Compact(orders)) != len(c.oldest) {
			t.Errorf("%s: %q is not the order of %v", c.pattern, orders, c.oldest)
		}
		for _, name := range c.not {
			if _, ok := p.Match(name); ok {
				t.Errorf("%s matches %s", c.pattern, name)
			}
		}
	}
}

func TestPatternsThatAreNone(t *testing.T) {
	for _, text := range []string{"", "/etc/x", "../x", "a/../b", ".hidden/x", "x_{day}", "x_{date", "{date}{date}"} {
		if _, err := ParsePattern(text); err == nil {
			t.Errorf("%q is taken for a pattern", text)
		}
	}
}

func TestSharesAreExact(t *testing.T) {
	for text, want := range map[string]Share{"0%": 0, "1%": 10_000, "0.5%": 5_000, "0.0001%": 1, "100%": 1_000_000, "12.25%": 122_500} {
		got, err := ParseShare(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s is %d (%s), error %v; want %d", text, got, got, err, want)
		}
	}
	for _, text := range []string{"1", "", "%", "-1%", "101%", "1,5%", "0.00001%", ".5%", "1e1%"} {
		if _, err := ParseShare(text); err == nil {
			t.Errorf("%q is taken for a share", text)
		}
	}
	for _, c := range []struct {
		share     Share
		part, all int64
		want      bool
	}{{0, 0, 0, true}, {0, 1, 1 << 62, false}, {10_000, 1, 100, true}, {10_000, 2, 199, false}, {1_000_000, 1 << 61, 1 << 61, true}} {
		if got := c.share.Admits(c.part, c.all); got != c.want {
			t.Errorf("%s of %d admits %d: %t", c.share, c.all, c.part, got)
		}
	}
}

func TestFormsAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Form{
			Snapshots: rapid.String().Draw(t, "snapshots"), Format: rapid.SampledFrom([]string{CSV, NDJSON, Parquet}).Draw(t, "format"),
			Null: rapid.String().Draw(t, "null"), Gone: rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "deletes"),
		}.Default()
		got, err := Parse(want.String())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("error %v (-want +got):\n%s", err, diff)
		}
	})
}

func TestFaultsNameTheirField(t *testing.T) {
	good := Form{Snapshots: "a_{date}.csv", Changes: "c_{date}.csv", Operation: "op", Gone: []string{"D"}}
	for field, spoil := range map[string]func(*Form){
		"-":         func(*Form) {},
		"":          func(f *Form) { f.Snapshots, f.Changes, f.Operation, f.Gone = "", "", "", nil },
		"changes":   func(f *Form) { f.Changes = "c_{number}.csv" },
		"complete":  func(f *Form) { f.Complete = "done" },
		"snapshots": func(f *Form) { f.Snapshots = "/a_{date}" },
		"delimiter": func(f *Form) { f.Delimiter = ";;" },
		"quote":     func(f *Form) { f.Quote = "," },
		"encoding":  func(f *Form) { f.Encoding = "ebcdic" },
		"dates":     func(f *Form) { f.Dates = "YY/MM/DD" },
		"names":     func(f *Form) { f.Names = []string{"a", "a"} },
		"operation": func(f *Form) { f.Gone = nil },
	} {
		f := good
		spoil(&f)
		faults := f.Default().Faults(true)
		switch {
		case field == "-" && len(faults) > 0:
			t.Errorf("a good form has faults %v", faults)
		case field != "-" && (len(faults) == 0 || faults[0].Field != field):
			t.Errorf("faults %v, want one of %q", faults, field)
		}
	}
	if faults := good.Default().Faults(false); len(faults) != 1 || faults[0].Field != "operation" {
		t.Errorf("without a key: faults %v", faults)
	}
}
