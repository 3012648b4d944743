package redshift

import (
	"context"
	"fmt"
	"strings"

	"archwire"
)

// What every warehouse has of ours. archwire.run and archwire.load_journal may be read
// by queries and mean what they do in the embedded warehouse; change and consumer are the
// ledger of changes (ledger.go). copied says of each copy which columns
// it has, by our types, which Redshift's catalogue does not know, and retired are copies
// that gave way to others, until no view is over them any more. gate is locked by who
// changes what others read, and landed are the transactions that came to their end
// (transact.go). made says which statements have made all of it.
//
// Lengths count bytes: a name has 127 at most.
func ownTables() []string {
	return append([]string{
		"CREATE SCHEMA IF NOT EXISTS archwire",
		"CREATE TABLE IF NOT EXISTS archwire.run (as_of DATE NOT NULL, run_id VARCHAR(255) NOT NULL, loaded_at TIMESTAMPTZ NOT NULL) DISTSTYLE ALL",
		`CREATE TABLE IF NOT EXISTS archwire.load_journal (run_id VARCHAR(255) NOT NULL, table_name VARCHAR(255) NOT NULL, mode VARCHAR(255) NOT NULL, ` +
			`source_at TIMESTAMPTZ NOT NULL, source_mark VARCHAR(65535) NOT NULL, "rows" BIGINT NOT NULL, "position" VARCHAR(65535), ` +
			`definition VARCHAR(255), loaded_at TIMESTAMPTZ NOT NULL) DISTSTYLE EVEN`,
		"CREATE TABLE IF NOT EXISTS archwire.copied (schema_name VARCHAR(127) NOT NULL, table_name VARCHAR(127) NOT NULL, ordinal INTEGER NOT NULL, " +
			"column_name VARCHAR(127) NOT NULL, type VARCHAR(127) NOT NULL) DISTSTYLE ALL",
		"CREATE TABLE IF NOT EXISTS archwire.change (seq BIGINT NOT NULL, relation VARCHAR(255) NOT NULL, tenant VARCHAR(65535)) DISTSTYLE EVEN",
		`CREATE TABLE IF NOT EXISTS archwire.consumer ("name" VARCHAR(65535) NOT NULL, seq BIGINT NOT NULL, mark VARCHAR(65535) NOT NULL, ` +
			`rewritten BIGINT NOT NULL) DISTSTYLE ALL`,
		"CREATE TABLE IF NOT EXISTS archwire.retired (schema_name VARCHAR(127) NOT NULL, table_name VARCHAR(127) NOT NULL) DISTSTYLE ALL",
		"CREATE TABLE IF NOT EXISTS archwire.gate (nothing BOOLEAN) DISTSTYLE ALL",
		"CREATE TABLE IF NOT EXISTS archwire.made (digest VARCHAR(64) NOT NULL) DISTSTYLE ALL",
		"CREATE TABLE IF NOT EXISTS archwire.landed (id VARCHAR(64) NOT NULL, at TIMESTAMP NOT NULL) DISTSTYLE EVEN",
	}, ownViewTables()...)
}

// prepare makes what every warehouse has, where archwire.made does not say that it is
// there already.
func (w *Warehouse) prepare(ctx context.Context) error {
	tables := ownTables()
	digest := shortName(strings.Join(tables, "\n"))
	return w.session(ctx, func(l link) error {
		n, err := count(ctx, l, "SELECT COUNT(*) FROM archwire.made WHERE digest = "+literal(digest))
		if err != nil && !isNoSuchRelation(err) || n > 0 {
			return err
		}
		l.later(tables...)
		l.later("INSERT INTO archwire.made VALUES (" + literal(digest) + ")")
		return nil
	})
}

// folded is a name as Redshift keeps it: letters of ASCII in lower case, and no others
// (Names and identifiers). archwire.copied has the names to the letter.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, name)
}

// relationOf names a table of a load in SQL.
func relationOf(t archwire.Table) string { return relation(t.Source, t.Name) }

// named refuses names that Redshift would cut off: at 127 bytes (Names and
// identifiers).
func named(what, name string) error {
	if len(name) > 127 || name == "" {
		return &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("the name of %s has %d bytes; Redshift holds 1 to 127", what, len(name)),
			Hint: "Give it another name in the source's file.",
		}
	}
	return nil
}
