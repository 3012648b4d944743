package pipeline_test

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	_ "github.com/microsoft/go-mssqldb"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/source/sqlserver/sqlservertest"
)

// spelled is a table whose key the source takes for the same in several spellings.
type spelled struct {
	key  string // type of the column k
	how  project.Table
	with string // of several columns, the first
}

const blind = "nvarchar(20) COLLATE Latin1_General_CI_AI"

var spelledTables = map[string]spelled{
	"tracked":   {key: blind, how: project.Table{Sync: "tracking", Deletes: "none"}},
	"narrow":    {key: "varchar(20) COLLATE SQL_Latin1_General_CP1_CI_AS", how: project.Table{Sync: "tracking", Deletes: "none"}},
	"exact":     {key: "nvarchar(20) COLLATE Latin1_General_100_BIN2", how: project.Table{Sync: "tracking", Deletes: "none"}},
	"pairs":     {key: blind, how: project.Table{Sync: "tracking", Deletes: "none"}, with: "shop"},
	"soft":      {key: blind, how: project.Table{Sync: "tracking", Deletes: "soft", Table: archwire.Table{Deleted: "gone"}}},
	"versioned": {key: blind, how: project.Table{Sync: "cursor", Cursor: "rv", Deletes: "sweep"}},
	"stamped":   {key: blind, how: project.Table{Sync: "cursor", Cursor: "changed", Deletes: "sweep"}},
	"compared":  {key: blind, how: project.Table{Sync: "checksum", Deletes: "sweep"}},
	"copied":    {key: blind, how: project.Table{Sync: "full", Deletes: "sweep"}},
}

// spellings of a key differ in case, in accents, and in blanks at their ends.
func spelling(rng *rand.Rand) string {
	word := []string{"abc", "ABC", "Abc", "äbc", "ÀBC", "def", "DEF", "x", "X", "été", "ETE", "straße"}[rng.IntN(12)]
	return word + strings.Repeat(" ", rng.IntN(3)/2*2)
}

// onSpelled makes the runner copy spelledTables from a double.
func onSpelled(t *testing.T, b *bundle) *sql.DB {
	t.Helper()
	ways := map[string]project.Table{}
	for name, s := range spelledTables {
		ways[name] = s.how
	}
	_, db := b.copiesDouble(t, sqlservertest.Options{Plain: true, Terse: true}, "keys", ways, func(name string) string {
		s := spelledTables[name]
		key := "k"
		if s.with != "" {
			key = s.with + ", k"
		}
		return fmt.Sprintf("shop int NOT NULL DEFAULT 7, k %s NOT NULL, amount int NULL, gone bit NULL, changed datetime NOT NULL, rv rowversion NOT NULL, PRIMARY KEY (%s)", s.key, key)
	})
	return db
}

// A dialect is what the two sources write otherwise.
type dialect struct{ now, prefix string }

// respell is what happens to a table until the next night: most of it to the spelling
// of keys.
func (d dialect) respell(rng *rand.Rand, name string) (statements []string) {
	for range rng.IntN(8) {
		k, other := d.prefix+"'"+spelling(rng)+"'", d.prefix+"'"+spelling(rng)+"'"
		n := rng.IntN(100)
		insert := fmt.Sprintf("INSERT INTO %s (k, amount, changed) SELECT %s, %d, %s WHERE NOT EXISTS (SELECT 1 FROM %s WHERE k = %s)", name, k, n, d.now, name, k)
		update := func(set, condition string) string {
			return fmt.Sprintf("UPDATE %s SET %s, changed = %s WHERE %s", name, set, d.now, condition)
		}
		switch rng.IntN(6) {
		case 0, 1:
			statements = append(statements, insert)
		case 2:
			statements = append(statements, update("k = "+k, "k = "+k))
		case 3:
			statements = append(statements, update(fmt.Sprintf("k = %s, amount = %d", other, n),
				fmt.Sprintf("k = %s AND NOT EXISTS (SELECT 1 FROM %s WHERE k = %s)", k, name, other)))
		case 4:
			statements = append(statements, fmt.Sprintf("DELETE FROM %s WHERE k = %s", name, k))
			if n%2 == 0 {
				statements = append(statements, insert)
			}
		case 5:
			statements = append(statements, update(fmt.Sprintf("gone = '%d'", n%2), "k = "+k))
		}
	}
	return statements
}

// copied lists keys and amounts of a copy as the query of its source writes them.
func (b *bundle) copied(t *testing.T, table, condition string, write func(key string) string) (rows []string) {
	t.Helper()
	for batch, err := range b.runner.Warehouse.Query(t.Context(), archwire.Query{SQL: "select k, coalesce(amount::varchar, '') from " + table + condition}) {
		check(t, err)
		for row := range int(batch.NumRows()) {
			rows = append(rows, write(batch.Column(0).ValueStr(row))+"|"+batch.Column(1).ValueStr(row))
		}
	}
	slices.Sort(rows)
	return rows
}

// TestKeysThatAreSpelledOtherwise lets keys change in what their source ignores, for
// nights at random, and compares each copy with its table, to the letter.
func TestKeysThatAreSpelledOtherwise(t *testing.T) {
	t.Parallel()
	b := setup(t)
	db := onSpelled(t, b)
	rng := rand.New(rand.NewPCG(8, 1433)) // the same nights each time
	modes := map[string]int{}
	for night := range 9 {
		for _, name := range names(spelledTables) {
			for _, statement := range (dialect{"SYSUTCDATETIME()", "N"}).respell(rng, name) {
				execute(t, db, statement)
			}
		}
		run, err := b.run(t)
		if err != nil {
			t.Fatalf("night %d: %v\n%s", night, err, archwire.HintOf(err))
		}
		modes[detail(run, archwire.Extract, "pms.tracked").Mode]++
		for name, s := range spelledTables {
			live, condition := "", ""
			if s.how.Deleted != "" {
				live = " WHERE gone = 0 OR gone IS NULL"
				condition = " where not coalesce(gone, false)"
			}
			want := asked(t, db, "SELECT CONVERT(varchar(max), CONVERT(varbinary(max), CONVERT(nvarchar(20), k)), 2) + '|' + ISNULL(CONVERT(varchar(20), amount), '') FROM "+name+live)
			got := b.copied(t, "pms."+name, condition, utf16Hex)
			slices.Sort(want)
			if !slices.Equal(want, got) {
				t.Fatalf("night %d: %s has\n%q\nand its copy\n%q", night, name, want, got)
			}
		}
	}
	if modes["full"] != 1 || modes["tracking"] < 7 {
		t.Errorf("the tracked table was copied in the modes %v, want its tracking followed", modes)
	}
}

// utf16Hex is how SQL Server shows the bytes of nvarchar.
func utf16Hex(text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return strings.ToUpper(hex.EncodeToString(b))
}

func names(tables map[string]spelled) (names []string) {
	for name := range tables {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
