package warehousetest

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"archwire"
)

func testTree(t *testing.T, open Opener) { tree(t, parser(t, open)) }

// tree takes a query apart and finds in the tree what the query names, in the
// line in which it does.
func tree(t *testing.T, p archwire.Parser) {
	query := "with c as (\n  select listagg(x, ',')\n  within group (order by y) as l from a.b\n)\nselect to_char(m,\n'YYYY-MM') as month, nothing\nfrom c"
	got, err := p.Tree(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Count(query, "\n"); strings.Count(got.SQL, "\n") != want {
		t.Errorf("the tree's SQL has %d line ends, want %d:\n%s", strings.Count(got.SQL, "\n"), want, got.SQL)
	}
	var root map[string]any
	decoder := json.NewDecoder(bytes.NewReader(got.JSON))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		t.Fatal(err)
	}
	lines := map[string]int{}
	collectColumns(root, got.SQL, lines)
	for name, line := range map[string]int{"x": 2, "y": 3, "m": 5, "nothing": 6} {
		if lines[name] != line {
			t.Errorf("the column %s stands in line %d of the tree, want %d", name, lines[name], line)
		}
	}
	for _, wrong := range []string{"selec 1", "select now()", "select * from b", "drop table a.b", "select 1; select 2"} {
		_, err := p.Tree(context.Background(), wrong)
		wantCode(t, err, archwire.Invalid)
	}
}

// collectColumns finds the line of each column that a tree names.
func collectColumns(v any, sql string, lines map[string]int) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			collectColumns(e, sql, lines)
		}
	case map[string]any:
		if names, ok := v["column_names"].([]any); ok && len(names) > 0 {
			name, _ := names[len(names)-1].(string)
			at, err := v["query_location"].(json.Number).Int64()
			if err == nil && at >= 0 && int(at) <= len(sql) {
				line := 1 + strings.Count(sql[:at], "\n")
				if lines[name] == 0 || line < lines[name] {
					lines[name] = line
				}
			}
		}
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			collectColumns(v[k], sql, lines)
		}
	}
}
