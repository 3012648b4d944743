package pulltest

import (
	"time"

	"archwire"
	"archwire/internal/publish"
)

// input describes the publication of a night.
func (w *world) input(night int) publish.Input {
	public, pseudonymous, identified := archwire.ClassPublic, archwire.ClassPseudonymous, archwire.ClassIdentified
	amount := "decimal(12,2)"
	if w.retyped {
		amount = "decimal(14,3)"
	}
	token, place := "", ""
	if w.hidden {
		token = "token"
	}
	if w.placed {
		place = "site"
	}
	visit := archwire.Dataset{
		Name: "visit", From: "mart.visit", Tenant: "practice_id", Key: []string{"id"}, Contract: 1, Description: "Visits.", Person: "patient", Location: "site",
		Columns: []archwire.DatasetColumn{
			{Name: "day", Type: "date", Class: public},
			{Name: "patient", Type: "int64", Class: pseudonymous, Pseudonym: "patient"},
			{Name: "id", Type: "int64", Class: public},
			{Name: "site", Type: "int32", Class: public},
			{Name: "amount", Type: amount, Class: public},
			{Name: "large", Type: "decimal(38,2)", Class: pseudonymous},
			{Name: "seen_at", Type: "timestamptz", Class: pseudonymous},
			{Name: "booked", Type: "timestamp", Class: public},
			{Name: "at_time", Type: "time", Class: public},
			{Name: "token", Type: "uuid", Class: pseudonymous, Pseudonym: token},
			{Name: "image", Type: "bytes", Class: identified},
			{Name: "extra", Type: "json", Class: identified},
			{Name: "name", Type: "text", Class: identified},
			{Name: "kept", Type: "bool", Class: public},
			{Name: "small", Type: "int16", Class: public},
			{Name: "middle", Type: "int32", Class: public},
			{Name: "ratio", Type: "float64", Class: public},
		},
	}
	if w.wide {
		visit.Columns = append(visit.Columns, archwire.DatasetColumn{Name: "part", Type: "float32", Class: public})
	}
	in := publish.Input{
		Run: "20261121T013000Z-aaaa", Project: "clinic", Version: "v1", AsOf: archwire.DayOf(time.Date(2026, 11, 1+night, 0, 0, 0, 0, time.UTC)),
		DataThrough: time.Date(2026, 11, 1+night, 1, 30, 0, 0, time.UTC), Noun: archwire.Noun{Singular: "practice", Plural: "practices"},
		Datasets: []archwire.Dataset{visit, {
			Name: "payment", From: "mart.payment", Tenant: "practice_id", Key: []string{"id"}, Contract: 1, Description: "Payments.", Location: "site",
			Columns: []archwire.DatasetColumn{
				{Name: "id", Type: "int64", Class: public},
				{Name: "version", Type: "int32", Class: public},
				{Name: "amount", Type: "decimal(12,2)", Class: public},
				{Name: "site", Type: "text", Class: public},
			},
		}},
		Verification: archwire.Verification{Method: "count", At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)},
	}
	if w.notes {
		in.Datasets = append(in.Datasets, archwire.Dataset{
			Name: "note", From: "mart.note", Tenant: "practice_id", Key: []string{"patient", "number"}, Contract: 1, Description: "Notes.", Person: "patient", Location: place,
			Columns: []archwire.DatasetColumn{
				{Name: "text", Type: "text", Class: identified},
				{Name: "site", Type: "int16", Class: public},
				{Name: "number", Type: "int64", Class: pseudonymous, Pseudonym: "note"},
				{Name: "patient", Type: "text", Class: pseudonymous, Pseudonym: "patient"},
				{Name: "born", Type: "date", Class: pseudonymous, Pseudonym: "born"},
				{Name: "fee", Type: "decimal(12,2)", Class: pseudonymous, Pseudonym: "fee"},
			},
		})
	}
	for _, p := range practices {
		in.Tenants = append(in.Tenants, archwire.Tenant{ID: p, Label: "Practice " + p, Timezone: "America/Denver"})
	}
	return in
}
