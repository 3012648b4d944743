package redshift

import (
	"context"
	"crypto/rand"
	"strings"

	"archwire"
)

// retiredName is a name for a table that gives way to another. It is a new one each
// time: what gave way before may be there still.
func retiredName() string { return stagePrefix + "retired " + strings.ToLower(rand.Text()) }

// retire are the statements that give a table another name and note it. It is renamed,
// not dropped: views over it can be queried still, until they are made anew.
func retire(schema, name, as string) []string {
	return []string{
		"ALTER TABLE " + relation(schema, name) + " RENAME TO " + archwire.Quote(as),
		"INSERT INTO archwire.retired VALUES (" + literal(schema) + ", " + literal(as) + ")",
	}
}

// sweepRetired drops the tables that gave way to others and that no view is over.
func sweepRetired(ctx context.Context, l link) error {
	retired, err := lines(ctx, l, "SELECT schema_name, table_name FROM archwire.retired")
	for _, r := range retired {
		schema, name := string(r[0]), string(r[1])
		if _, err := l.exec(ctx, "DROP TABLE IF EXISTS "+relation(schema, name)); unlessNoSuchRelation(err) != nil {
			continue // a view is over it still; the next sweep tries again
		}
		if _, err := l.exec(ctx, "DELETE FROM archwire.retired WHERE table_name = "+literal(name)); err != nil {
			return err
		}
	}
	return err
}
