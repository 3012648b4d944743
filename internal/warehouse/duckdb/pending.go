package duckdb

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"archwire"
)

// Pending says what changed in the relations of reads since the consumer last
// acknowledged them.
func (w *Warehouse) Pending(ctx context.Context, consumer string, reads []string) (archwire.Pending, error) {
	names := make(map[string]string, len(reads)) // as the ledger has them: as the caller has them
	for _, r := range reads {
		names[inLedger(r)] = r
	}
	p, err := pending(ctx, w.db, consumer, names)
	return p, classify("reading what changed for "+consumer, err)
}

// pendingQuery is one statement, so that it sees one instant: what is pending
// and the number to acknowledge belong together. It gives one row at least.
func pendingQuery(consumer string, relations []string) string {
	list := []string{"NULL"}
	for _, r := range relations {
		list = append(list, textConstant(r))
	}
	return "SELECT coalesce((SELECT max(seq) FROM archwire.change), 0), me.seq, me.mark, c.relation, c.tenant FROM (SELECT 1)" +
		" LEFT JOIN archwire.consumer me ON me.name = " + textConstant(consumer) +
		" LEFT JOIN archwire.change c ON c.seq > me.seq AND c.relation IN (" + strings.Join(list, ", ") + ")"
}

// pending sorts changes into relations that changed as a whole and tenants of the
// others.
func pending(ctx context.Context, db *sql.DB, consumer string, names map[string]string) (archwire.Pending, error) {
	rows, err := db.QueryContext(ctx, pendingQuery(consumer, slices.Sorted(maps.Keys(names))))
	if err != nil {
		return archwire.Pending{}, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var p archwire.Pending
	all := map[string]bool{}
	tenants := map[string][]string{} // by relation
	for rows.Next() {
		var acknowledged sql.NullInt64
		var mark, relation, tenant sql.NullString
		if err := rows.Scan(&p.Seq, &acknowledged, &mark, &relation, &tenant); err != nil {
			return p, err
		}
		p.Seq, p.Mark, p.Never = max(p.Seq, acknowledged.Int64), mark.String, !acknowledged.Valid
		switch {
		case tenant.Valid:
			tenants[relation.String] = append(tenants[relation.String], tenant.String)
		case relation.Valid:
			all[relation.String] = true
		}
	}
	for relation, list := range tenants {
		if !all[relation] {
			p.Tenants = append(p.Tenants, list...)
		}
	}
	slices.Sort(p.Tenants)
	p.Tenants = slices.Compact(p.Tenants)
	for relation := range all {
		p.All = append(p.All, names[relation])
	}
	slices.Sort(p.All)
	return p, rows.Err()
}

// inLedger is a relation's name in the ledger: DuckDB tells no names apart that
// differ by case only.
func inLedger(relation string) string { return strings.ToLower(relation) }

// Published acknowledges changes for consumers, all or none of them.
func (w *Warehouse) Published(ctx context.Context, consumers map[string]archwire.Acknowledged) error {
	err := inTransaction(ctx, w.db, "BEGIN", func(conn *sql.Conn) error {
		for _, name := range slices.Sorted(maps.Keys(consumers)) {
			if err := acknowledge(ctx, conn, name, consumers[name], 0); err != nil {
				return err
			}
		}
		return nil
	})
	return classify("acknowledging what was published", err)
}

// acknowledge remembers how far a consumer has got. Rows of other consumers are
// not touched: their transactions may be under way.
func acknowledge(ctx context.Context, conn *sql.Conn, consumer string, a archwire.Acknowledged, rewritten int64) error {
	if _, err := conn.ExecContext(ctx, "DELETE FROM archwire.consumer WHERE name = $1", consumer); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, "INSERT INTO archwire.consumer VALUES ($1, $2, $3, $4)", consumer, a.Seq, a.Mark, rewritten)
	return err
}
