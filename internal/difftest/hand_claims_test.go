package difftest

// cohortsByHand are the metrics that were worked out for practice 5, which was
// there long before its first row.
var cohortsByHand = map[string]bool{
	"rejection_rate": true, "clean_claim_rate": true, "unpaid_rate_30d": true, "unpaid_rate_60d": true, "unpaid_rate_90d": true,
	"denial_overturn_rate": true, "benefit_realisation": true, "forecast_error": true, "forecast_error_3m": true,
	"claims_resubmitted": true, "claims_resubmitted_amount": true,
	"insurance_continuity_gap": true, "insurance_continuity_gap_amount": true,
}

// handmadeClaims is the part of handmade about claims, insurance, the
// forecast and codes.
var handmadeClaims = map[string]map[string]map[string]string{
	"denials": {
		"":           {"2026-02-01": "1"},
		"carc":       {"2026-02-01 none": "1"},
		"group_code": {"2026-02-01 CO": "1"},
	},
	"claims_resubmitted":        {"": {"2025-08-01": "1", "2026-02-01": "2"}}, // a replacement; another and a second try
	"claims_resubmitted_amount": {"": {"2025-08-01": "100", "2026-02-01": "350.5"}},
	"rejection_rate": {
		"": {
			"2025-07-01": "0 of 3", "2025-11-01": "0 of 2", "2025-12-01": "0 of 5", "2026-01-01": "1 of 2", "2026-02-01": "0 of 1",
		},
	},
	"clean_claim_rate":      {"": {"2025-07-01": "0 of 3", "2025-11-01": "2 of 2", "2025-12-01": "3 of 5"}},
	"unpaid_rate_30d":       {"": {"2025-07-01": "3 of 3", "2025-11-01": "2 of 2", "2025-12-01": "4 of 5", "2026-01-01": "1 of 2"}},
	"unpaid_rate_60d":       {"": {"2025-07-01": "3 of 3", "2025-11-01": "2 of 2", "2025-12-01": "2 of 5"}},
	"unpaid_rate_90d":       {"": {"2025-07-01": "3 of 3", "2025-11-01": "1 of 2"}},
	"denial_overturn_rate":  {"": {"2025-08-01": "2 of 3"}},
	"submission_lag_median": {"": {"2026-01-01": "5.5 of 2", "2026-02-01": "0 of 1"}},
	"benefit_realisation":   {"": {"2025-10-01": "700 of 1000"}},
	"lifetime_max_used":     {"": {"2026-01-01": "0 of 1500", "2026-02-01": "1 of 2500", "2026-03-01": "52 of 1500"}},
	"insurance_since_submission": {
		"": {"2026-01-01": "200", "2026-02-01": "500", "2026-03-01": "500"},
		"ageing": {
			"2026-01-01 0-30": "200", "2026-02-01 0-30": "300", "2026-02-01 31-60": "200",
			"2026-03-01 31-60": "300", "2026-03-01 61-90": "200",
		},
	},
	"insurance_continuity_gap":        {"": {"2026-03-01": "1"}},
	"insurance_continuity_gap_amount": {"": {"2026-03-01": "3"}},
	"forecast_error": {
		"":           {"2026-01-01": "40 of 0", "2026-02-01": "-241.5 of 241.5"},
		"payer_kind": {"2026-01-01 responsible_party": "40 of 0", "2026-02-01 responsible_party": "-47.5 of 47.5", "2026-02-01 insurance": "-194 of 194"},
	},
	"forecast_error_3m": {"": {"2026-01-01": "40 of 0", "2026-02-01": "0 of 0"}},
	"ledger_amount": {
		"": {"2026-01-01": "760", "2026-02-01": "-15", "2026-03-01": "-239"},
		"category": {
			"2026-01-01 treatment_fee": "760",
			"2026-02-01 treatment_fee": "60", "2026-02-01 payment_card": "-60", "2026-02-01 unmapped": "-15",
			"2026-03-01 treatment_fee": "-143", "2026-03-01 refund": "4", "2026-03-01 unmapped": "-100",
		},
	},
	"unmapped_amount": {"": {"2026-02-01": "25", "2026-03-01": "100"}},
}
