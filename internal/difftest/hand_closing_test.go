package difftest

// handmadeClosing is what practice 1's closed books amount to by hand.
var handmadeClosing = map[string]map[string]map[string]string{
	"days_open": {
		"":            {"2026-02-01": "1", "2026-03-01": "5"},
		"location_id": {"2026-02-01 101": "1", "2026-03-01 100": "5"},
	},
	"restated_charges":          {"": {"2026-02-01": "60", "2026-03-01": "8"}}, // a transfer of 3 March
	"restated_receipts":         {"": {"2026-02-01": "-7", "2026-03-01": "0"}},
	"net_production_as_closed":  {"": {"2026-01-01": "800", "2026-02-01": "5", "2026-03-01": "-70"}},
	"net_production_restated":   {"": {"2026-02-01": "-20"}},
	"net_collections_as_closed": {"": {"2026-01-01": "40", "2026-02-01": "-60", "2026-03-01": "156"}},
	"net_collections_restated":  {"": {"2026-02-01": "60"}},
}
