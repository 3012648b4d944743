package project

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

var update = flag.Bool("update", false, "rewrite golden files")

// noEnv is an environment without variables.
func noEnv(string) (string, bool) { return "", false }

func TestLoadReadsAProject(t *testing.T) {
	p, err := Load("testdata/valid", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Noun, (archwire.Noun{Singular: "practice", Plural: "practices"}); got != want {
		t.Errorf("noun: got %v, want %v", got, want)
	}
	if got := p.Schedule.Timezone.String(); got != "America/Denver" {
		t.Errorf("time zone: got %s", got)
	}
	wantModel := archwire.Model{
		Name: "finance.collections_daily", File: "models/finance/collections_daily.sql", Line: 7,
		SQL:         "select practice_id, business_date, sum(amount) as net_amount\nfrom rcm.ledger_transaction group by 1, 2",
		Description: "Money received per practice and business day.",
		Key:         []string{"practice_id", "business_date"}, Tenant: "practice_id",
	}
	if diff := cmp.Diff([]archwire.Model{wantModel}, p.Models); diff != "" {
		t.Errorf("models (-want +got):\n%s", diff)
	}
	ledger, ok := p.Table("rcm.ledger_transaction")
	if !ok {
		t.Fatal("rcm.ledger_transaction is not there")
	}
	column := func(name string, typ archwire.Type) archwire.Column {
		return archwire.Column{Name: name, Type: typ, Nullable: true}
	}
	wantTable := Table{
		Table: archwire.Table{
			Source: "rcm", Name: "ledger_transaction", Schema: "public", Origin: "ledger_transaction", Key: []string{"id"}, Rows: -1, Bytes: -1, Tenant: "practice_id",
			Columns: []archwire.Column{
				column("id", archwire.Type{Kind: archwire.Int64}),
				column("practice_id", archwire.Type{Kind: archwire.Int64}),
				column("amount", archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2}),
				column("business_date", archwire.Type{Kind: archwire.Date}),
				column("updated_at", archwire.Type{Kind: archwire.TimestampTZ}),
			},
		},
		Sync: "cursor", Cursor: "updated_at", Deletes: "sweep", Overlap: Overlap{Time: time.Hour, Keys: 10_000},
	}
	if diff := cmp.Diff(wantTable, ledger); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	if p.Sources[0].Connections != 2 || p.Sources[0].StatementTimeout != time.Duration(0) {
		t.Errorf("source: got %+v", p.Sources[0])
	}
}

func TestLoadReadsDashboardsInTheirOrder(t *testing.T) {
	p, err := Load("testdata/valid", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	want := []archwire.Dashboard{
		{Name: "overview", Title: "Overview", Position: 1, Filters: []string{"business_date"}, Tiles: []archwire.Tile{
			{Kind: archwire.TileTable, Metrics: []string{"net_collections"}, Width: 12},
			{Kind: archwire.TileTable, Metrics: []string{}, Dataset: "collections_daily", Fields: []string{"net_amount"}, Width: 12},
		}},
		{Name: "money", Title: "Money", Description: "What came in.", Position: 2, Filters: []string{}, Tiles: []archwire.Tile{
			{Kind: archwire.TileNumber, Metrics: []string{"net_collections"}, Target: "125000.50", Width: 3},
			{Kind: archwire.TileLine, Title: "Collected by day", Metrics: []string{"net_collections"}, Grain: "day", Periods: 31, Ahead: 1, Width: 9},
			{
				Kind: archwire.TileTable, Title: "Days", Metrics: []string{}, Dataset: "collections_daily", Fields: []string{"business_date", "net_amount"},
				Sort: "-net_amount,business_date", Filter: map[string]string{"net_amount": "gt:0", "business_date": "null:false"}, Width: 12,
			},
		}},
	}
	if diff := cmp.Diff(want, p.Dashboards); diff != "" {
		t.Errorf("dashboards (-want +got):\n%s", diff)
	}
	rows := &archwire.Behind{Dataset: "collections_daily", Date: "business_date", Filter: map[string]string{"net_amount": "0"}}
	if m, ok := p.Metric("net_collections"); !ok || !cmp.Equal(rows, m.Rows) {
		t.Errorf("rows: %s", cmp.Diff(rows, m.Rows))
	}
}

func TestLoadSourcesDoesNotAskWhetherNamesExist(t *testing.T) {
	dir := t.TempDir()
	config := "name: x\ntenant: {noun: practice, table: rcm.practice, key: id, label: id}\n"
	if err := os.WriteFile(filepath.Join(dir, configFile), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := LoadSources(dir, noEnv); err != nil || p.Dir != dir || len(p.Sources) != 0 {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := LoadSources("testdata/complaints/fields", noEnv); archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("got %v", err)
	}
	if _, err := LoadSources(t.TempDir(), noEnv); archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("got %v", err)
	}
}

// Each folder of testdata/complaints is a project with faults; want.txt holds
// what is said about them.
func TestEveryFaultIsAComplaint(t *testing.T) {
	folders, err := filepath.Glob("testdata/complaints/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no cases", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			_, err := Load(folder, noEnv)
			var complaints Complaints
			if !errors.As(err, &complaints) || archwire.CodeOf(err) != archwire.Invalid {
				t.Fatalf("got %v, want complaints", err)
			}
			golden(t, filepath.Join(folder, "want.txt"), complaints.Error()+"\n")
		})
	}
}

// golden compares got with a file, or rewrites the file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestCacheConfig_Bytes(t *testing.T) {
	for size, want := range map[string]int64{
		"10GB": 10_000_000_000, "512MB": 512_000_000, "1.5 GiB": 1_610_612_736, "1KiB": 1024, "2TB": 2_000_000_000_000,
	} {
		if got := (CacheConfig{Size: size}).Bytes(); got != want {
			t.Errorf("%s is %d bytes, want %d", size, got, want)
		}
	}
}
