package difftest

// handmadeMoney is the part of handmade that is about terms, accounts and
// rates of money.
var handmadeMoney = map[string]map[string]map[string]string{
	"instalment_on_time_rate": {
		"":           {"2026-01-01": "33 of 100", "2026-02-01": "0 of 250"},
		"payer_kind": {"2026-01-01 responsible_party": "33 of 100", "2026-02-01 responsible_party": "0 of 50", "2026-02-01 insurance": "0 of 200"},
	},
	"gross_production_service":      {"": {"2025-12-01": "300", "2026-01-01": "500", "2026-02-01": "5"}},
	"net_production_service":        {"": {"2025-12-01": "300", "2026-01-01": "500", "2026-02-01": "-15", "2026-03-01": "30"}},
	"adjustments_rate":              {"": {"2026-01-01": "0 of 800", "2026-02-01": "20 of 5", "2026-03-01": "70 of 0"}},
	"collection_rate_3m":            {"": {"2026-01-01": "40 of 800", "2026-02-01": "40 of 785", "2026-03-01": "196 of 715"}},
	"bad_debt_rate_of_production":   {"": {"2026-01-01": "5 of 685"}},
	"bad_debt_rate_of_collections":  {"": {"2026-01-01": "0 of 40", "2026-02-01": "0 of 0", "2026-03-01": "5 of 156"}},
	"average_down_payment":          {"": {"2026-01-01": "150 of 1", "2026-03-01": "60 of 1"}},
	"down_payment_share":            {"": {"2026-01-01": "150 of 1500", "2026-03-01": "60 of 960"}},
	"average_down_payment_all":      {"": {"2026-01-01": "10149 of 1", "2026-02-01": "2500 of 1", "2026-03-01": "60 of 1"}},
	"average_term":                  {"": {"2026-01-01": "20 of 1", "2026-03-01": "12 of 1"}},
	"median_term":                   {"": {"2026-01-01": "20 of 1", "2026-03-01": "12 of 1"}},
	"term_beyond_treatment":         {"": {"2026-01-01": "1 of 1", "2026-03-01": "0 of 1"}},
	"discount_rate":                 {"": {"2026-01-01": "0 of 11999", "2026-02-01": "500 of 4000", "2026-03-01": "40 of 1700"}},
	"discount_rate_pif":             {"": {"2026-01-01": "0 of 11999", "2026-02-01": "120 of 4000", "2026-03-01": "0 of 1700"}},
	"discount_rate_family":          {"": {"2026-01-01": "0 of 11999", "2026-02-01": "380 of 4000", "2026-03-01": "0 of 1700"}},
	"discount_rate_other":           {"": {"2026-01-01": "0 of 11999", "2026-02-01": "0 of 4000", "2026-03-01": "40 of 1700"}},
	"insurance_fee_share":           {"": {"2026-01-01": "500 of 11999", "2026-02-01": "1000 of 3500", "2026-03-01": "700 of 1660"}},
	"insured_contract_rate":         {"": {"2026-01-01": "1 of 1", "2026-02-01": "1 of 1", "2026-03-01": "1 of 2"}},
	"patient_not_yet_due_share":     {"": {"2026-01-01": "120.1 of 260", "2026-02-01": "70.1 of 245", "2026-03-01": "204.43 of 195"}},
	"autopay_rate":                  {"": {"2026-01-01": "1 of 1", "2026-02-01": "1 of 2", "2026-03-01": "0 of 1"}},
	"delinquent_accounts_rate":      {"": {"2026-01-01": "0 of 1", "2026-02-01": "1 of 2", "2026-03-01": "1 of 2"}},
	"delinquent_accounts_rate_90d":  {"": {"2026-01-01": "0 of 1", "2026-02-01": "0 of 2", "2026-03-01": "0 of 2"}},
	"delinquent_open_accounts_rate": {"": {"2026-01-01": "0 of 1", "2026-02-01": "1 of 2", "2026-03-01": "1 of 1"}},
	"no_profile_exposure":           {"": {"2026-01-01": "0 of 260", "2026-02-01": "0 of 245", "2026-03-01": "195 of 195"}},
	// 65 business days from November or December on, 64 from 16 December to 15 March.
	"days_sales_outstanding":    {"": {"2026-01-01": "49400 of 40", "2026-02-01": "48425 of 40", "2026-03-01": "38080 of 196"}},
	"days_past_due_outstanding": {"": {"2026-01-01": "3900 of 40", "2026-02-01": "20475 of 40", "2026-03-01": "18112 of 196"}},
	"receivables_to_production": {"": {"2026-01-01": "9120 of 800", "2026-02-01": "8940 of 785", "2026-03-01": "7140 of 715"}},
}
