package api

import (
	"encoding/json"

	"archwire"
)

// additivitySays is what an additivity means to a reader.
func additivitySays(a archwire.Additivity) string {
	switch a {
	case archwire.Additive:
		return "may be summed over everything"
	case archwire.Semi:
		return "a state: never sum it over time"
	case archwire.Ratio:
		return "a ratio: sum numerators and denominators"
	case archwire.NonAdditive:
		return "never sum it"
	}
	return string(a)
}

// basisSays is what a basis means to a reader.
func basisSays(b archwire.Basis) string {
	switch b {
	case archwire.BasisEvent:
		return "by the day it happened"
	case archwire.BasisPosting:
		return "by the day it was posted"
	case archwire.BasisService:
		return "by the day of service"
	case archwire.BasisDue:
		return "by the day it is due"
	case archwire.BasisSnapshot:
		return "at the last recorded day of the period"
	case archwire.BasisCohort:
		return "by the day the group began"
	}
	return string(b)
}

// valueForms says how values of each type are written.
func valueForms() [][2]string {
	return [][2]string{
		{"decimal(p,s)", "A number with all its digits: 1284.50. Read it as a decimal, not as a float."},
		{"int16, int32, int64", "A number. Larger than 2^53 is possible."},
		{"float32, float64", `A number; "NaN", "Infinity" and "-Infinity" are strings.`},
		{"bool", "true or false."},
		{"text, uuid", "A string."},
		{"json", "The document itself."},
		{"date", `A string: "2026-11-20"; "infinity" and "-infinity" are values.`},
		{"time", `A string: "15:04:05", with up to six digits of a second.`},
		{"timestamp", `A string without a zone: "2026-11-20T15:04:05".`},
		{"timestamptz", `A string in UTC: "2026-11-20T15:04:05Z".`},
		{"bytes", "A string in base64."},
		{"no value", "null, whatever the type."},
	}
}

// docsExample is an answer as it might be; nil shows none.
func docsExample(e *edition, path string) any {
	n := e.manifest.Noun
	meta := map[string]any{
		"publication": "20261121T021400Z-4f9c", "as_of": "2026-11-20", "data_through": "2026-11-21T01:30:00Z",
		"verified": map[string]any{"method": "count", "tables": 31, "rows": 5300000, "checks": 12, "at": "2026-11-21T02:10:00Z"},
	}
	page := map[string]any{"next": nil}
	switch path {
	case "/v1/" + n.Plural:
		return map[string]any{"data": []any{tenantDoc{ID: "17", Label: "Maple Street", Timezone: "America/Denver"}}, "meta": meta, "page": page}
	case "/v1/metrics/{metric}":
		return map[string]any{"data": []any{map[string]any{
			"period": "2026-10-01", "grain": "month", "complete": true, "value": json.RawMessage("128450.25"),
			"compare": map[string]any{"previous_year": map[string]any{
				"period": "2025-10-01", "value": json.RawMessage("100000.00"), "change": json.RawMessage("28450.25"), "change_ratio": json.RawMessage("0.284503"),
			}},
		}}, "meta": meta, "page": page}
	case "/readyz":
		return Health{Status: "ok", Publication: "20261121T021400Z-4f9c", AsOf: "2026-11-20"}
	}
	return nil
}
