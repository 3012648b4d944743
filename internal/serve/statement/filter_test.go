package statement

import (
	"testing"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/request"
)

func TestFilterValuesAreOfTheirType(t *testing.T) {
	money := archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2}
	of := func(k archwire.Kind) archwire.Type { return archwire.Type{Kind: k} }
	for _, c := range []struct {
		typ  archwire.Type
		text string
		want string // "" is refused
	}{
		{of(archwire.Bool), "true", "true"},
		{of(archwire.Bool), "TRUE", ""},
		{of(archwire.Int16), "32767", "32767"},
		{of(archwire.Int16), "32768", ""},
		{of(archwire.Int64), "-9223372036854775808", "-9223372036854775808"},
		{of(archwire.Int64), "9223372036854775808", ""},
		{of(archwire.Int32), "1e3", ""},
		{of(archwire.Int32), "1); drop table slice; --", ""},
		{of(archwire.Float64), "0.25", "0.25"},
		{of(archwire.Float64), "NaN", "NaN"},
		{of(archwire.Float64), "0x1p-2", ""},
		{of(archwire.Float64), "1e999", ""},
		{money, "1284.50", "1284.5"},
		{money, "-0001284.500000", "-1284.5"},
		{money, "0", "0"},
		{money, "12.345", ""},
		{money, "12345678901.00", ""},
		{money, "1,000", ""},
		{money, ".5", ""},
		{of(archwire.Text), "' or 1=1 --", "' or 1=1 --"},
		{of(archwire.UUID), "0B1F6B3E-5C0E-4F5B-9D0A-3F1C6F1D2E3F", "0b1f6b3e-5c0e-4f5b-9d0a-3f1c6f1d2e3f"},
		{of(archwire.UUID), "0b1f6b3e", ""},
		{of(archwire.Date), "2026-11-20", "2026-11-20"},
		{of(archwire.Date), "infinity", "infinity"},
		{of(archwire.Date), "2026-02-30", ""},
		{of(archwire.Time), "24:00:00", "24:00:00"},
		{of(archwire.Time), "25:00:00", ""},
		{of(archwire.Timestamp), "2026-11-20T15:04:05.25", "2026-11-20T15:04:05.25"},
		{of(archwire.Timestamp), "2026-11-20T15:04:05Z", ""},
		{of(archwire.Timestamp), "2026-11-20", "2026-11-20T00:00:00"},
		{of(archwire.TimestampTZ), "2026-11-20T15:04:05-07:00", "2026-11-20T22:04:05Z"},
		{of(archwire.TimestampTZ), "2026-11-20", "2026-11-20T00:00:00Z"},
		{of(archwire.Bytes), "AP8=", ""},
		{of(archwire.JSON), "{}", ""},
	} {
		got, want := ParseValue(c.text, c.typ)
		if got != c.want || (c.want == "") != (want != "") {
			t.Errorf("%q as %s is %q (%s), want %q", c.text, c.typ, got, want, c.want)
		}
	}
}

func TestEqualFiltersAreSpeltTheSame(t *testing.T) {
	columns := []archwire.DatasetColumn{{Name: "n", Type: "decimal(12,2)"}, {Name: "t", Type: "text"}}
	spell := func(raw string) string {
		p, err := request.Parse(raw, nil, true)
		if err != nil {
			t.Fatal(err)
		}
		fs, err := ParseFilters(p, columns, func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		var b canon.Text
		for _, f := range fs {
			f.Canonical(&b)
		}
		return b.String()
	}
	if spell("filter[n]=1.50&filter[n]=2&filter[t]=x") != spell("filter[t]=eq:x&filter[n]=2.0&filter[n]=1.5&filter[n]=2") {
		t.Error("equal filters are spelt differently")
	}
	if spell("filter[n]=1") == spell("filter[n]=gt:1") || spell("filter[t]=a&filter[t]=b") == spell("filter[t]=ab") {
		t.Error("different filters are spelt the same")
	}
}
