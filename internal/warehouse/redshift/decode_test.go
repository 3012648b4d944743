package redshift

import (
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// The texts are those of Redshift's documentation of each type: a space between date
// and time, up to six digits of a second, +00 for UTC (Datetime types, Boolean type,
// VARBYTE type).
func TestAppendValue(t *testing.T) {
	for _, c := range []struct{ kind, text, want string }{
		{"bool", "t", "true"},
		{"bool", "f", "false"},
		{"int16", "-32768", "-32768"},
		{"int32", "7", "7"},
		{"int64", "9223372036854775807", "9223372036854775807"},
		{"int64", "7.000", "7"},
		{"float64", "0.10000000000000001", "0.1"},
		{"decimal(12,2)", "-0.05", "-0.05"},
		{"decimal(12,2)", "7", "7"},
		{"decimal(12,2)", "7.5000000", "7.5"},
		{"decimal(38,0)", "18446744073709551614", "18446744073709551614"},
		{"decimal(38,38)", "0." + strings.Repeat("9", 38), "0." + strings.Repeat("9", 38)},
		{"text", " a ", " a "},
		{"bytes", "00ff", "AP8="},
		{"date", "0001-01-01", "0001-01-01"},
		{"date", "9999-12-31", "9999-12-31"},
		{"time", "23:59:59.999999", "23:59:59.999999"},
		{"timestamp", "1969-12-31 23:59:59.5", "1969-12-31T23:59:59.5Z"},
		{"timestamptz", "2026-11-20 01:02:03+00", "2026-11-20T01:02:03Z"},
	} {
		b := builder(t, c.kind)
		kind, _ := archwire.ParseType(c.kind)
		if err := appendValue(b, kind, []byte(c.text)); err != nil {
			t.Errorf("%s %q: %v", c.kind, c.text, err)
			continue
		}
		got := b.NewArray()
		if got.ValueStr(0) != c.want {
			t.Errorf("%s %q is %s, want %s", c.kind, c.text, got.ValueStr(0), c.want)
		}
	}
}

func TestAppendValue_RefusesWhatDoesNotFit(t *testing.T) {
	for _, c := range []struct{ kind, text string }{
		{"bool", "1"},
		{"int16", "32768"},
		{"int32", "7.5"},
		{"int64", "9223372036854775808"},
		{"decimal(12,2)", "7.505"},
		{"decimal(4,2)", "123.00"},
		{"decimal(4,2)", "NaN"},
		{"decimal(38,0)", "1" + strings.Repeat("0", 38)},
		{"text", "\xff"},
		{"bytes", "0"},
		{"date", "0044-03-15 BC"},
		{"date", "infinity"},
		{"time", "24:00:00"},
		{"timestamp", "2026-11-20 01:02:03-07"},
		{"timestamp", "infinity"},
	} {
		kind, _ := archwire.ParseType(c.kind)
		err := appendValue(builder(t, c.kind), kind, []byte(c.text))
		if err == nil {
			t.Errorf("%s takes %q", c.kind, c.text)
			continue
		}
		if strings.Contains(err.Error(), c.text) {
			t.Errorf("%q shows the value", err)
		}
	}
	b := builder(t, "text")
	if err := appendValue(b, archwire.Type{Kind: archwire.Text}, nil); err != nil || b.NewArray().NullN() != 1 {
		t.Errorf("NULL is not kept (%v)", err)
	}
}

func builder(t *testing.T, kind string) array.Builder {
	t.Helper()
	parsed, err := archwire.ParseType(kind)
	if err != nil {
		t.Fatal(err)
	}
	return array.NewBuilder(memory.NewGoAllocator(), parsed.Arrow())
}
