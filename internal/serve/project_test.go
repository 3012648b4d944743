package serve_test

import (
	"time"

	"archwire"
	"archwire/internal/publish"
)

// project is what the tests publish: see data for the rows.
func project() publish.Input {
	return publish.Input{
		Run: "20261121T013000Z-aaaa", Project: "test", Version: "v1", AsOf: "2026-11-20",
		DataThrough: time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC),
		Noun:        archwire.Noun{Singular: "practice", Plural: "practices"},
		Tenants: []archwire.Tenant{
			{ID: "p1", Label: "Maple Orthodontics", Timezone: "America/Denver"},
			{ID: "p2", Label: "CANARY-p2", Timezone: "America/New_York"},
			{ID: "p3", Label: "Bay Smiles", Timezone: "America/Los_Angeles"},
		},
		Datasets: []archwire.Dataset{
			{
				Name: "collections", From: "mart.collections", Tenant: "practice_id", Contract: 1,
				Description: "Money received per practice, payer kind and day.", Key: []string{"business_date", "payer_kind"},
				Columns: []archwire.DatasetColumn{
					{Name: "business_date", Type: "date", Class: archwire.ClassPublic},
					{Name: "payer_kind", Type: "text", Class: archwire.ClassPublic},
					{Name: "amount", Type: "decimal(38,2)", Class: archwire.ClassPublic, Unit: "usd"},
					{Name: "payments", Type: "int64", Class: archwire.ClassPublic},
				},
			},
			{
				Name: "balances", From: "mart.balances", Tenant: "practice_id", Contract: 2,
				Description: "What was owed at the end of a day.", Key: []string{"snapshot_date", "bucket"},
				Columns: []archwire.DatasetColumn{
					{Name: "snapshot_date", Type: "date", Class: archwire.ClassPublic},
					{Name: "bucket", Type: "text", Class: archwire.ClassPublic},
					{Name: "balance", Type: "decimal(12,2)", Class: archwire.ClassPublic},
					{Name: "past_due", Type: "decimal(12,2)", Class: archwire.ClassPublic},
				},
			},
			{
				Name: "patients", From: "mart.patients", Tenant: "practice_id", Contract: 1,
				Description: "One row a patient.", Key: []string{"patient_id"}, Person: "patient_id",
				Columns: []archwire.DatasetColumn{
					{Name: "patient_id", Type: "int64", Class: archwire.ClassPseudonymous},
					{Name: "added_on", Type: "date", Class: archwire.ClassPseudonymous},
					{Name: "wait_days", Type: "int32", Class: archwire.ClassPseudonymous},
					{Name: "full_name", Type: "text", Class: archwire.ClassIdentified},
					{Name: "seen_at", Type: "timestamptz", Class: archwire.ClassPseudonymous},
					{Name: "extra", Type: "json", Class: archwire.ClassIdentified},
				},
			},
		},
		Metrics: []archwire.Metric{
			{
				Name: "net_collections", ID: "K25", Label: "Net collections", Dataset: "collections", Numerator: "sum(amount)",
				Additivity: archwire.Additive, Basis: archwire.BasisPosting, Date: "business_date", Dimensions: []string{"payer_kind"},
				Unit: "usd", Better: "up", Definition: "Payments received.", Version: 1,
			},
			{
				Name: "average_payment", Label: "Average payment", Dataset: "collections", Numerator: "sum(amount)", Denominator: "sum(payments)",
				Additivity: archwire.Ratio, Basis: archwire.BasisPosting, Date: "business_date", Dimensions: []string{"payer_kind"},
				Unit: "usd", Better: "up", Definition: "Received per payment.", Version: 2,
			},
			{
				Name: "receivables", Label: "Receivables", Dataset: "balances", Numerator: "sum(balance)",
				Additivity: archwire.Semi, Basis: archwire.BasisSnapshot, Date: "snapshot_date", Dimensions: []string{"bucket"},
				Unit: "usd", Better: "down", Definition: "What is owed.", Version: 1,
			},
			{
				Name: "past_due_share", Label: "Past due", Dataset: "balances", Numerator: "sum(past_due)", Denominator: "sum(balance)",
				Additivity: archwire.Ratio, Basis: archwire.BasisSnapshot, Date: "snapshot_date", Dimensions: []string{"bucket"},
				Unit: "share", Better: "down", Definition: "Share of what is owed that is late.", Version: 1,
			},
			{
				Name: "wait", Label: "Days to exam", Dataset: "patients", Numerator: "median(wait_days)", Denominator: "count(wait_days)",
				Additivity: archwire.NonAdditive, Basis: archwire.BasisEvent, Date: "added_on", Unit: "days", Better: "down",
				Definition: "Median days from call to exam.", Version: 1,
			},
			{
				Name: "named", Label: "Named patients", Dataset: "patients", Numerator: "count(full_name)",
				Additivity: archwire.Additive, Basis: archwire.BasisEvent, Date: "added_on", Unit: "count", Better: "neither",
				Definition: "Patients with a name.", Version: 1,
			},
		},
		Dashboards: dashboards(),
		Verification: archwire.Verification{
			Method: "count", At: time.Date(2026, 11, 21, 1, 40, 0, 0, time.UTC), Checks: 3,
			Tables: []archwire.VerifiedTable{{Table: "rcm.ledger", SourceRows: 70, WarehouseRows: 70}, {Table: "rcm.payer", SourceRows: 5, WarehouseRows: 5}},
		},
	}
}

// data is the rows of the project, as SQL.
func data() map[string]string {
	return map[string]string{
		"mart.collections": `select practice_id, business_date::date as business_date, payer_kind,
			amount::decimal(38,2) as amount, payments::bigint as payments
			from (values
			('p1', '2025-10-31', 'insurance', '0.10', 1),
			('p1', '2026-09-30', 'patient', '100.00', 4),
			('p1', '2026-10-01', 'insurance', '1284.50', 7),
			('p1', '2026-10-31', 'patient', '-0.05', 2),
			('p1', '2026-11-02', 'patient', '10.10', 3),
			('p2', '2026-10-15', 'insurance', '999999.99', 1),
			('p2', '2026-10-15', 'CANARY-p2', '7777777.77', 1),
			('p3', '2026-10-10', 'patient', '123456789012345678901234567890123456.78', 1)
			) v(practice_id, business_date, payer_kind, amount, payments)`,
		"mart.balances": `select practice_id, snapshot_date::date as snapshot_date, bucket,
			balance::decimal(12,2) as balance, past_due::decimal(12,2) as past_due
			from (values
			('p1', '2026-09-29', 'current', 10, 0), ('p1', '2026-09-30', 'current', 20, 5), ('p1', '2026-09-30', 'late', 3, 3),
			('p1', '2026-10-30', 'late', 7, 7), ('p1', '2026-10-31', 'current', 30, 10),
			('p2', '2026-10-31', 'current', 4242.42, 42.42),
			('p3', '2026-10-29', 'current', 100, 50), ('p3', '2026-10-28', 'late', 900, 900)
			) v(practice_id, snapshot_date, bucket, balance, past_due)`,
		"mart.patients": `select practice_id, patient_id::bigint as patient_id, added_on::date as added_on, wait_days::integer as wait_days,
			full_name, seen_at::timestamptz as seen_at, extra::json as extra
			from (values
			('p1', 1, '2026-10-01', 3, 'Ada "A" L\ovelace', '2026-10-04 12:00:00.5+00', '{"a":[1,2]}'),
			('p1', 2, '2026-10-02', 8, null, null, null),
			('p1', 3, '2026-10-03', 5, 'Zoë', '2026-10-08 00:00:00+00', '[]'),
			('p2', 1, '2026-10-01', 99, 'CANARY-p2', '2027-01-01 00:00:00+00', '"CANARY-p2"'),
			('p3', 9007199254740993, '2026-10-01', 1, 'Lin', '2026-10-02 00:00:00+00', '{}')
			) v(practice_id, patient_id, added_on, wait_days, full_name, seen_at, extra)`,
	}
}
