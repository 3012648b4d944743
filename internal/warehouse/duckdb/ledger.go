package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// The ledger of changes. For each relation and tenant archwire.change holds the
// number of the newest change of their rows; tenant is NULL where the relation
// changed as a whole, or in rows without a tenant. Older changes are not kept, so
// it does not grow with time, and no consumer can hold it up. archwire.consumer
// says up to which number each consumer has dealt with the changes of what it
// reads, and with which mark; rewritten is of models: how many of their rows were
// written since all were last written in order.
const (
	createChangeNumber = "CREATE SEQUENCE IF NOT EXISTS archwire.change_number"
	createChange       = `CREATE TABLE IF NOT EXISTS archwire.change (
		seq BIGINT NOT NULL, relation VARCHAR NOT NULL, tenant VARCHAR)`
	createConsumer = `CREATE TABLE IF NOT EXISTS archwire.consumer (
		name VARCHAR NOT NULL, seq BIGINT NOT NULL, mark VARCHAR NOT NULL, rewritten BIGINT NOT NULL)`
)

// changing runs f in a transaction and records what f says it changed, by
// relation. It is the one way to change rows that consumers read.
//
// Numbers must become visible in their order: a consumer that saw 6 and not yet
// 5 would acknowledge both. So one transaction at a time takes its number, and
// the next one only when that has ended. f itself runs beside others.
func (w *Warehouse) changing(ctx context.Context, f func(*sql.Conn) (map[string]archwire.Changed, error)) error {
	unlock := func() {}
	defer func() { unlock() }()
	return inTransaction(ctx, w.db, "BEGIN", func(conn *sql.Conn) error {
		changes, err := f(conn)
		if err != nil {
			return err
		}
		w.order.Lock()
		unlock = w.order.Unlock
		return recordChanges(ctx, conn, changes)
	})
}

// recordChanges gives changes, by relation, the next number, within the caller's
// transaction. Only changing may call it. Rows changed of which no tenant is
// named are a change of the whole relation.
func recordChanges(ctx context.Context, conn *sql.Conn, changes map[string]archwire.Changed) error {
	var relations []string
	for relation, c := range changes {
		if !c.None() {
			relations = append(relations, relation)
		}
	}
	if len(relations) == 0 {
		return nil
	}
	// The sequence goes on whatever this transaction sees of others.
	var seq int64
	if err := conn.QueryRowContext(ctx, "SELECT nextval('archwire.change_number')").Scan(&seq); err != nil {
		return fmt.Errorf("numbering the changes: %w", err)
	}
	slices.Sort(relations)
	for _, relation := range relations {
		if err := recordChange(ctx, conn, seq, relation, changes[relation]); err != nil {
			return fmt.Errorf("recording the changes of %s: %w", relation, err)
		}
	}
	return nil
}

// recordChange enters a change of one relation and drops what it supersedes. Rows
// of other relations are not touched: their transactions may be under way.
func recordChange(ctx context.Context, conn *sql.Conn, seq int64, relation string, c archwire.Changed) error {
	drop := "DELETE FROM archwire.change WHERE relation = " + textConstant(inLedger(relation))
	row := fmt.Sprintf("(%d, %s, ", seq, textConstant(inLedger(relation)))
	if c.All || len(c.Tenants) == 0 {
		return execAll(ctx, conn, drop, "INSERT INTO archwire.change VALUES "+row+"NULL)")
	}
	tenants := make([]string, len(c.Tenants))
	rows := make([]string, len(c.Tenants))
	for i, t := range c.Tenants {
		tenants[i] = textConstant(t)
		rows[i] = row + tenants[i] + ")"
	}
	return execAll(ctx, conn, drop+" AND tenant IN ("+strings.Join(tenants, ", ")+")",
		"INSERT INTO archwire.change VALUES "+strings.Join(rows, ", "))
}
