package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"archwire"
)

// Pending says what changed in the relations of reads since the consumer last
// acknowledged them.
func (w *Warehouse) Pending(ctx context.Context, consumer string, reads []string) (archwire.Pending, error) {
	var p archwire.Pending
	// One snapshot: what is pending and the number to acknowledge belong together.
	err := inTransaction(ctx, w.db, "BEGIN TRANSACTION READ ONLY", func(conn *sql.Conn) (err error) {
		p, err = pending(ctx, conn, consumer, reads)
		return err
	})
	return p, classify("reading what changed for "+consumer, err)
}

func pending(ctx context.Context, conn *sql.Conn, consumer string, reads []string) (archwire.Pending, error) {
	var p archwire.Pending
	var acknowledged int64
	err := conn.QueryRowContext(ctx, "SELECT seq, mark FROM archwire.consumer WHERE name = $1", consumer).Scan(&acknowledged, &p.Mark)
	if errors.Is(err, sql.ErrNoRows) {
		p.Never, err = true, nil
	}
	if err != nil {
		return p, err
	}
	err = conn.QueryRowContext(ctx, "SELECT greatest(max(seq), $1) FROM archwire.change", acknowledged).Scan(&p.Seq)
	if err != nil || p.Never || len(reads) == 0 {
		return p, err
	}
	names := make(map[string]string, len(reads)) // as the ledger has them: as the caller has them
	list := make([]string, len(reads))
	for i, r := range reads {
		names[inLedger(r)] = r
		list[i] = textConstant(inLedger(r))
	}
	rows, err := conn.QueryContext(ctx, "SELECT relation, tenant FROM archwire.change WHERE seq > $1 AND relation IN ("+ //nolint:gosec // constants
		strings.Join(list, ", ")+")", acknowledged)
	if err != nil {
		return p, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	return collectPending(p, rows, names)
}

// collectPending sorts changes into relations that changed as a whole and
// tenants of the others.
func collectPending(p archwire.Pending, rows *sql.Rows, names map[string]string) (archwire.Pending, error) {
	all := map[string]bool{}
	tenants := map[string][]string{} // by relation
	for rows.Next() {
		var relation string
		var tenant sql.NullString
		if err := rows.Scan(&relation, &tenant); err != nil {
			return p, fmt.Errorf("reading the ledger of changes: %w", err)
		}
		if !tenant.Valid {
			all[names[relation]] = true
			continue
		}
		tenants[relation] = append(tenants[relation], tenant.String)
	}
	for relation, list := range tenants {
		if !all[names[relation]] {
			p.Tenants = append(p.Tenants, list...)
		}
	}
	slices.Sort(p.Tenants)
	p.Tenants = slices.Compact(p.Tenants)
	p.All = slices.Sorted(maps.Keys(all))
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
