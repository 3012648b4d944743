package difftest

// handmadeDifferences is the part of handmade that is about why figures differ: where
// causes lead from one figure to another, the other one, worked out for itself.
var handmadeDifferences = map[string]map[string]map[string]string{
	"collections_since_closing":  {"": {"2026-01-01": "40", "2026-02-01": "0", "2026-03-01": "156"}},
	"collections_gross_to_net":   {"": {"2026-01-01": "40", "2026-02-01": "0", "2026-03-01": "156"}},
	"production_to_service_date": {"": {"2025-12-01": "300", "2026-01-01": "500", "2026-02-01": "-15", "2026-03-01": "30"}},
	"starts_to_contracts": {"": {
		"2021-06-01": "0", "2022-02-01": "0", "2025-06-01": "0", "2025-07-01": "0", "2026-01-01": "0", "2026-02-01": "2", "2026-03-01": "2",
	}},
	"balances_changed": {"": {"2026-01-01": "760", "2026-02-01": "-15", "2026-03-01": "-239"}},
}
