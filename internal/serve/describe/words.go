package describe

import (
	"encoding/json"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/door"
	"archwire/internal/serve/office"
	"archwire/internal/serve/statement"
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
		{"pseudonyms", "A string of 26 characters in place of the value, whatever its type, where you may not know whom it is about: the same for equal values of a domain, and for you alone."},
		{"no value", "null, whatever the type."},
	}
}

// exampleOf is an answer as it might be, made up but for the names of the
// catalogue; nil where there is none.
func exampleOf(e *catalogue.Edition, path string) any {
	n := e.Manifest.Noun
	switch path {
	case "/v1":
		return exampleAnswer(catalogue.ServiceDoc{
			Project: e.Manifest.Project, Version: Version, Noun: n, Profile: archwire.Aggregate,
			Published: time.Date(2026, 11, 21, 2, 14, 0, 0, time.UTC), Links: catalogue.Links(n),
		})
	case "/v1/" + n.Plural:
		return exampleAnswer([]any{catalogue.TenantDoc{ID: "17", Label: "Maple Street", Timezone: "America/Denver"}})
	case catalogue.StatusPath:
		return exampleAnswer(exampleStatus())
	case catalogue.DashboardsPath:
		return exampleAnswer([]any{exampleDashboard()})
	case "/v1/metrics":
		if len(e.Manifest.Metrics) > 0 {
			return exampleAnswer([]any{e.MetricDoc(e.Manifest.Metrics[0])})
		}
	case "/v1/metrics/{metric}":
		return exampleAnswer([]any{map[string]any{
			"period": "2026-10-01", "grain": "month", "complete": true, "value": json.RawMessage("128450.25"),
			"compare": map[string]any{"previous_year": map[string]any{
				"period": "2025-10-01", "value": json.RawMessage("100000.00"), "change": json.RawMessage("28450.25"), "change_ratio": json.RawMessage("0.284503"),
			}},
		}})
	case ExplainPath:
		return exampleAnswer(exampleExplained())
	case "/v1/datasets":
		if len(e.Manifest.Datasets) > 0 {
			return exampleAnswer([]any{e.DatasetDoc(e.Manifest.Datasets[0])})
		}
	case "/v1/datasets/{dataset}/rows":
		if len(e.Manifest.Datasets) > 0 {
			return exampleAnswer([]any{exampleRow(e.Manifest.Datasets[0])})
		}
	case ChangesPath:
		if len(e.Manifest.Datasets) > 0 {
			return exampleAnswer(exampleChanges(e.Manifest.Datasets[0]))
		}
	case "/v1/grants":
		return exampleAnswer([]any{exampleGrant(n)})
	case door.TokenPath:
		return door.TokenDoc{Token: "awt_aeaaaaaagrw4...", Type: "Bearer", Expires: 900} //nolint:gosec // made up
	case PublicationsPath:
		return exampleAnswer([]any{exampleKept()})
	case ManifestPath:
		if len(e.Manifest.Datasets) > 0 {
			return exampleAnswer(exampleManifest(e))
		}
	case "/readyz":
		return Health{Status: "ok", Publication: "20261121T021400Z-4f9c", AsOf: "2026-11-20"}
	}
	return nil
}

func exampleAnswer(data any) any {
	return map[string]any{
		"data": data,
		"meta": catalogue.MetaDoc{
			Publication: "20261121T021400Z-4f9c", AsOf: "2026-11-20", DataThrough: time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC),
			Verified: catalogue.VerifiedDoc{Method: "count", Tables: 31, Checks: 12, At: time.Date(2026, 11, 21, 2, 10, 0, 0, time.UTC)},
		},
		"page": map[string]any{"next": nil},
	}
}

func exampleRow(d archwire.Dataset) map[string]any {
	row := map[string]any{d.Tenant: "17"}
	for _, c := range d.Columns {
		row[c.Name] = exampleValue(statement.TypeOf(c))
	}
	return row
}

func exampleValue(t archwire.Type) any {
	switch t.Kind {
	case archwire.Bool:
		return true
	case archwire.Int16, archwire.Int32, archwire.Int64:
		return 17
	case archwire.Float32, archwire.Float64:
		return 0.25
	case archwire.Decimal:
		return json.RawMessage("1284.50")
	case archwire.Date:
		return "2026-11-20"
	case archwire.Time:
		return "15:04:05"
	case archwire.Timestamp:
		return "2026-11-20T15:04:05"
	case archwire.TimestampTZ:
		return "2026-11-20T15:04:05Z"
	case archwire.UUID:
		return "0b1f6b3e-5c0e-4f5b-9d0a-3f1c6f1d2e3f"
	case archwire.JSON:
		return map[string]any{}
	case archwire.Bytes:
		return "AP8="
	case archwire.Text:
	}
	return "text"
}

// exampleGrant is one as it might be.
func exampleGrant(n archwire.Noun) map[string]any {
	return office.GrantDoc(n, auth.Grant{
		ID: "k3v7q2m5x4t6n8b1", Tenant: "17", Profile: archwire.Pseudonymous, Purpose: "practice analytics",
		From: time.Date(2026, 1, 1, 7, 0, 0, 0, time.UTC), Until: time.Date(2027, 1, 1, 7, 0, 0, 0, time.UTC),
	})
}
