package sqlserver

import (
	"testing"

	"archwire"
)

// TestDatetimesAreFollowedAsTheyAreShown has values of datetime beside what Microsoft's
// reference says they are rounded to, "to increments of .000, .003, or .007 seconds";
// see datetime (Transact-SQL), Rounding.
func TestDatetimesAreFollowedAsTheyAreShown(t *testing.T) {
	a := attribute{name: "at", typ: catalogType{name: "datetime", scale: 3}}
	for from, want := range map[string]string{
		"2026-11-20T12:00:00Z":                "2026-11-20T12:00:00.000",
		"2026-11-20T12:00:00.000001Z":         "2026-11-20T12:00:00.003",
		"2026-11-20T12:00:00.003Z":            "2026-11-20T12:00:00.003",
		"2026-11-20T12:00:00.003000999Z":      "2026-11-20T12:00:00.003",
		"2026-11-20T12:00:00.004Z":            "2026-11-20T12:00:00.007",
		"2026-11-20T12:00:00.007Z":            "2026-11-20T12:00:00.007",
		"2026-11-20T12:00:00.008Z":            "2026-11-20T12:00:00.010",
		"2026-11-20T12:00:00.997Z":            "2026-11-20T12:00:00.997",
		"2026-11-20T12:00:00.998Z":            "2026-11-20T12:00:01.000",
		"2026-11-20T13:00:00.500000001+01:00": "2026-11-20T12:00:00.500",
		"2026-11-20":                          "2026-11-20T00:00:00.000",
		"0001-01-01":                          "1753-01-01T00:00:00.000",
		"9999-12-31T23:59:59.999999Z":         "9999-12-31T23:59:59.997",
	} {
		got, err := startOf(archwire.Table{}, a, from)
		if want := "CONVERT(datetime, '" + want + "', 126)"; err != nil || got != want {
			t.Errorf("from %s: %s, error %v; want %s", from, got, err, want)
		}
	}
}
