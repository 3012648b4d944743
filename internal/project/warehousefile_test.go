package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// onRedshift is the valid project with its warehouse on Redshift, in the
// environment env.
func onRedshift(t *testing.T, env map[string]string) *Project {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/valid")); err != nil {
		t.Fatal(err)
	}
	change := func(file, from, to string) {
		path := filepath.Join(dir, file)
		text, err := os.ReadFile(path)
		if err != nil || strings.Count(string(text), from) != 1 {
			t.Fatalf("%s has %q not once: %v", file, from, err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), from, to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	change(configFile, "warehouse: {engine: duckdb, path: data/warehouse.duckdb, memory: 2GB}", `warehouse:
  engine: redshift
  url: redshift://archwire:${WAREHOUSE_PASSWORD}@cluster.example.com:5439/dev
  staging: s3://${BUCKET}/archwire
  role: ${ROLE}
  memory: 512MB
  layout:
    rcm.practice: {distribution: all}
    rcm.ledger_transaction: {distribution: key, distribution_key: practice_id, sort: [practice_id, updated_at]}
    finance.collections_daily: {sort: []}`)
	change("models/finance/collections_daily.sql", "tenant: practice_id\n", "tenant: practice_id\nmaterialized: auto\nauto_refresh: true\n")
	p, err := Load(dir, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLoadReadsAWarehouseOnRedshift(t *testing.T) {
	p := onRedshift(t, map[string]string{
		"WAREHOUSE_PASSWORD": "of nobody", "BUCKET": "vendor-data", "ROLE": "arn:aws:iam::123456789012:role/warehouse",
	})
	want := WarehouseConfig{
		Engine: Redshift, Memory: "512MB", URL: "redshift://archwire:${WAREHOUSE_PASSWORD}@cluster.example.com:5439/dev",
		Staging: "s3://${BUCKET}/archwire", Role: "${ROLE}",
		Layout: []TableLayout{
			{Relation: "rcm.practice", Distribution: All},
			{Relation: "rcm.ledger_transaction", Distribution: ByKey, DistributionKey: "practice_id", Sort: []string{"practice_id", "updated_at"}},
			{Relation: "finance.collections_daily", Sort: []string{}},
		},
	}
	if diff := cmp.Diff(want, p.Warehouse); diff != "" {
		t.Errorf("as written (-want +got):\n%s", diff)
	}
	want.URL, want.Staging = "redshift://archwire:of nobody@cluster.example.com:5439/dev", "s3://vendor-data/archwire"
	want.Role = "arn:aws:iam::123456789012:role/warehouse"
	got, err := p.ResolveWarehouse()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("filled in (-want +got):\n%s", diff)
	}
	m := p.Models[0]
	if m.Materialized != archwire.AsFits || !m.AutoRefresh {
		t.Errorf("the model is kept as %q, refreshed by the warehouse: %t", m.Materialized, m.AutoRefresh)
	}
	if want := filepath.Join(p.Dir, "data", "tmp"); p.Scratch() != want {
		t.Errorf("files on their way lie in %s, want %s", p.Scratch(), want)
	}
}

func TestResolveWarehouseComplainsAboutAVariableThatIsNotSet(t *testing.T) {
	p := onRedshift(t, map[string]string{"WAREHOUSE_PASSWORD": "of nobody", "BUCKET": "vendor-data"})
	_, err := p.ResolveWarehouse()
	const want = "archwire.yaml:7: warehouse.role: the environment variable ROLE is not set; set it"
	if err == nil || err.Error() != want || archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("got %v, want %s", err, want)
	}
}
