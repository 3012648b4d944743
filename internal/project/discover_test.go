package project

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

func decimal(p, s int) archwire.Type {
	return archwire.Type{Kind: archwire.Decimal, Precision: p, Scale: s}
}

func kind(k archwire.Kind) archwire.Type { return archwire.Type{Kind: k} }

// clinic is a source as an adapter may describe it.
func clinic() []archwire.Table {
	return []archwire.Table{
		{
			Source: "rcm", Name: "ledger", Schema: "public", Origin: "ledger", Rows: 1284500, Bytes: 180 << 20, Key: []string{"id"},
			Columns: []archwire.Column{
				{Name: "id", Type: kind(archwire.Int64), Origin: "bigint"},
				{Name: "amount", Type: decimal(12, 2), Origin: "numeric(12,2)"},
				{Name: "status", Type: kind(archwire.Text), Origin: "claim_status", Nullable: true},
				{Name: "rate", Origin: "numeric", Refused: `numeric without precision; declare cast: "decimal(38,9)" or cast: text, or exclude it`},
				{Name: "updated_at", Type: kind(archwire.TimestampTZ), Origin: "timestamp with time zone"},
			},
			Sync: archwire.SyncHint{Mode: "cursor", Cursor: "updated_at", Deletes: "sweep", Reason: "has a key and an indexed updated_at"},
		},
		{
			Source: "rcm", Name: "Odd Name", Schema: "Clinic.1", Origin: "Odd Name", Rows: -1, Bytes: -1, Key: []string{"rate"},
			Columns: []archwire.Column{
				{Name: "yes", Type: kind(archwire.Bool), Origin: "boolean"},
				{Name: "a: b", Type: kind(archwire.Text), Origin: "character varying(20)"},
				{Name: "ID", Type: kind(archwire.Int32), Origin: "integer"},
				{Name: "id", Type: kind(archwire.Int32), Origin: "integer"},
				{Name: "rate", Origin: "numeric", Refused: "numeric without precision"},
			},
			Sync: archwire.SyncHint{Mode: "checksum", Deletes: "sweep", Reason: "has a key"},
		},
		{Source: "rcm", Name: "ledger", Schema: "archive", Origin: "ledger", Rows: 0, Bytes: 8192, Columns: []archwire.Column{
			{Name: "id", Type: kind(archwire.Int64), Origin: "bigint"},
		}, Sync: archwire.SyncHint{Mode: "full", Reason: "has no key"}},
		{Source: "rcm", Name: "empty", Schema: "public", Origin: "empty"},
		{Source: "rcm", Name: "balance", Schema: "public", Origin: "balance", View: true, Columns: []archwire.Column{{Name: "id", Type: kind(archwire.Int64)}}},
	}
}

// loadSource loads a project whose only file of interest is sources/rcm.yaml.
func loadSource(t *testing.T, content []byte) Source {
	t.Helper()
	p, err := load(fstest.MapFS{
		"archwire.yaml":    {Data: []byte("name: x\ntenant: {noun: practice, table: rcm.ledger, key: id, label: id}\n")},
		"sources/rcm.yaml": {Data: content},
	}, noEnv)
	if err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	return p.Sources[0]
}

func TestWriteSource(t *testing.T) {
	var b bytes.Buffer
	if err := WriteSource(&b, "rcm", "postgres", "${RCM_DSN}", clinic()); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/discover/rcm.yaml", b.String())
	s := loadSource(t, b.Bytes())
	if got, want := len(s.Tables), 3; got != want {
		t.Fatalf("got %d tables, want %d", got, want)
	}
	odd := s.Tables[1]
	if odd.Schema != "Clinic.1" || odd.Origin != "Odd Name" || odd.Name != "odd_name" || odd.Sync != "full" {
		t.Errorf("got %+v", odd)
	}
	if diff := cmp.Diff([]string{"id", "rate"}, odd.Exclude); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
	if s.Tables[2].Name != "archive_ledger" {
		t.Errorf("got %s", s.Tables[2].Name)
	}
}

func TestWriteSourceWithoutTablesIsNotFound(t *testing.T) {
	err := WriteSource(&bytes.Buffer{}, "rcm", "postgres", "${RCM_DSN}", nil)
	if archwire.CodeOf(err) != archwire.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestWriteSourceRefusesASecret(t *testing.T) {
	var b bytes.Buffer
	err := WriteSource(&b, "rcm", "postgres", "postgres://archwire:hunter2@db/rcm", clinic())
	if archwire.CodeOf(err) != archwire.Invalid || strings.Contains(err.Error(), "hunter2") || b.Len() > 0 {
		t.Errorf("got %v and wrote %d bytes", err, b.Len())
	}
}

const decided = `# Ours.
source: rcm
engine: postgres
dsn: ${RCM_DSN}
ignore: [archive.*]
tables:
  # the big one
  ledger:
    key: [id]
    sync: full # we know better
    columns:
      id: int32
      amount: {cast: text}
      status: {exclude: true} # nobody needs it
      rate: {cast: "decimal(38,9)"}
      gone: text
  lost: {columns: {id: int64}}
  odd: {from: '"Clinic.1".Odd Name', columns: {yes: bool, "a: b": text, ID: int32, rate: {exclude: true}}}
`

func TestRediscoverKeepsWhatWasDecided(t *testing.T) {
	tables := append(clinic(), archwire.Table{
		Source: "rcm", Name: "payer", Schema: "public", Origin: "payer", Key: []string{"id"}, Rows: 12, Bytes: 8192,
		Columns: []archwire.Column{{Name: "id", Type: kind(archwire.Int64), Origin: "bigint"}},
		Sync:    archwire.SyncHint{Mode: "full", Reason: "small"},
	})
	merged, differences, err := Rediscover("sources/rcm.yaml", []byte(decided), tables)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/discover/rediscovered.yaml", string(merged))
	want := []Difference{
		{"ledger", "id", "changed", "was int32 and is int64 now; the file says so now"},
		{"ledger", "gone", "removed", "is not in the source any more, or may not be read; take it out of the file"},
		{"ledger", "updated_at", "added", "is new in the source; the file copies it now as timestamptz"},
		{"lost", "", "removed", "public.lost is not in the source any more, or may not be read; take it out of the file, or grant SELECT on it"},
		{"odd", "id", "added", "is new and not copied: integer: differs from another column in case only, which warehouses do not tell apart"},
		{"public.empty", "", "added", "is new and not copied: has no columns"},
		{"payer", "", "added", "is new in the source; the file copies it now"},
	}
	if diff := cmp.Diff(want, differences); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	s := loadSource(t, merged)
	ledger := s.Tables[0]
	if amount, _ := ledger.Column("amount"); !amount.Cast || amount.Type != kind(archwire.Text) || ledger.Sync != "full" {
		t.Errorf("got %+v", ledger)
	}
	again, differences, err := Rediscover("sources/rcm.yaml", merged, tables)
	if err != nil || !bytes.Equal(again, merged) {
		t.Errorf("a second time changes the file (%v):\n%s", err, cmp.Diff(string(merged), string(again)))
	}
	if len(differences) != 3 { // gone, lost and empty are still so
		t.Errorf("a second time finds %v", differences)
	}
}

func TestRediscoverOfAWrongFileComplains(t *testing.T) {
	_, _, err := Rediscover("sources/rcm.yaml", []byte("source: rcm\ntables: [\n"), clinic())
	if archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("got %v", err)
	}
}
