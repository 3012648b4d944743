package api

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/statement"
)

// Whatever is sent as an order, only columns that are seen come out of it, each
// once, and nothing of the text gets into the statement.
func FuzzOrder(f *testing.F) {
	for _, text := range []string{"day", "-day,n", "n,-n", "", ",,", "-", "--n", "n desc", "day;", `"n"`, "n\x00", "j", "\xff"} {
		f.Add(text)
	}
	dataset := archwire.Dataset{Name: "d", Tenant: "t", Key: []string{"day"}, Columns: []archwire.DatasetColumn{
		{Name: "day", Type: "date"}, {Name: "n", Type: "int64"}, {Name: "j", Type: "json"},
	}}
	f.Fuzz(func(t *testing.T, text string) {
		q := &rowsRequest{dataset: dataset, tenants: []string{"p1"}}
		err := q.parseOrder(nil, request.Parameters{Values: url.Values{"order": {text}}}, func(string) string { return "" })
		if err != nil {
			if p := problem.Of(err); p.Status != 400 || p.Field != "order" || p.Detail == "" {
				t.Fatalf("%q: %+v", text, p)
			}
			return
		}
		var s statement.Statement
		q.writeOrder(&s)
		words := strings.FieldsFunc(s.Query().SQL, func(r rune) bool { return r == ' ' || r == ',' })
		for _, word := range words {
			if !slices.Contains([]string{"ORDER", "BY", `"day"`, `"n"`, "ASC", "DESC", "NULLS", "LAST", `CAST("t"`, "AS", "VARCHAR)"}, word) {
				t.Fatalf("%q is written as %s", text, s.Query().SQL)
			}
		}
		if len(q.order) > 2 {
			t.Fatalf("%q names a column twice", text)
		}
	})
}

func FuzzPublicationID(f *testing.F) {
	for _, text := range []string{"20261121T021400Z-4f9c", "20261121T021400Z-4F9C", "../20261121T021400Z-4f9c", "20261121T021400Z-4f9c\n", "CURRENT", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := parsePublication(request.Parameters{Values: url.Values{"since": {text}}}, "since")
		if err == nil && (len(id) != len("20261121T021400Z-4f9c") || strings.ContainsAny(string(id), "/.\\\n ") || string(id) != text) {
			t.Fatalf("%q is taken for the id %q", text, id)
		}
	})
}
