package redshift

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"archwire"
)

// The ledger of changes. For each relation and tenant archwire.change holds the number
// of the newest change of their rows; tenant is NULL where the relation changed as a
// whole, or in rows without a tenant. Older changes are not kept. archwire.consumer says
// up to which number each consumer has dealt with the changes of what it reads, and with
// which mark.

// changing runs f in a transaction of l's session and records what f says it changed,
// by relation. It is the one way to change rows that consumers read. f may be run
// several times.
//
// Numbers must become visible in their order: a consumer that saw 6 and not yet 5 would
// acknowledge both. So these transactions come one after the other, by the gate, and
// what takes long is done before.
func (w *Warehouse) changing(ctx context.Context, l link, f func() (map[string]archwire.Changed, error)) error {
	a := &attempt{lock: gate, id: rand.Text()}
	var err error
	for range tries {
		err = w.commit(ctx, l, a, func() error {
			changes, err := f()
			if err != nil {
				return err
			}
			return recordChanges(ctx, l, changes)
		})
		if !isConflict(err) {
			break
		}
	}
	if isLost(err) && ctx.Err() == nil {
		yes, asked := w.landed(ctx, a)
		if yes && asked == nil {
			return nil
		}
		return errors.Join(err, asked)
	}
	return err
}

// mostStatement is how long a statement of ours may be, in bytes: Redshift takes 16 MB
// (Quotas and limits).
const mostStatement = 12 << 20

// recordChanges gives changes, by relation, the next number, within the transaction of
// changing. The newest change of all is never dropped, so that numbers only grow. Rows
// changed of which no tenant is named are a change of the whole relation.
func recordChanges(ctx context.Context, l link, changes map[string]archwire.Changed) error {
	var drop, rows []string
	for _, relation := range slices.Sorted(maps.Keys(changes)) {
		c, name := changes[relation], literal(inLedger(relation))
		switch {
		case c.None():
		case c.All || len(c.Tenants) == 0:
			drop = append(drop, "relation = "+name)
			rows = append(rows, name+", CAST(NULL AS VARCHAR(65535))")
		default:
			tenants := make([]string, len(c.Tenants))
			for i, t := range c.Tenants {
				// Blanks at the end of a text do not count when it is compared.
				tenants[i] = literal(t + ".")
				rows = append(rows, name+", "+literal(t))
			}
			drop = append(drop, "relation = "+name+" AND tenant || '.' IN ("+strings.Join(tenants, ", ")+")")
		}
	}
	if len(rows) == 0 {
		return nil
	}
	seq, err := count(ctx, l, "SELECT COALESCE(MAX(seq), 0) + 1 FROM archwire.change")
	if err != nil {
		return fmt.Errorf("numbering the changes: %w", err)
	}
	for _, conditions := range batched(drop, " OR ") {
		l.later("DELETE FROM archwire.change WHERE seq < " + bigint(seq) + " AND (" + conditions + ")")
	}
	for i, r := range rows {
		rows[i] = "(" + bigint(seq) + ", " + r + ")"
	}
	for _, values := range batched(rows, ", ") {
		l.later("INSERT INTO archwire.change VALUES " + values)
	}
	return nil
}

// batched joins texts, in as many batches as fit a statement each: one, for all but the
// largest lists.
func batched(texts []string, between string) []string {
	var out []string
	for len(texts) > 0 {
		n, bytes := 0, 0
		for n < len(texts) && (n == 0 || bytes+len(texts[n])+len(between) <= mostStatement) {
			bytes += len(texts[n]) + len(between)
			n++
		}
		out = append(out, strings.Join(texts[:n], between))
		texts = texts[n:]
	}
	return out
}

// inLedger is a relation's name in the ledger: queries tell no names apart that differ
// by case only.
func inLedger(relation string) string { return strings.ToLower(relation) }

// acknowledge remembers how far consumers have got.
func acknowledge(l link, consumers map[string]archwire.Acknowledged) {
	var names, rows []string
	for _, name := range slices.Sorted(maps.Keys(consumers)) {
		a := consumers[name]
		names = append(names, literal(name))
		rows = append(rows, fmt.Sprintf("(%s, %s, %s, 0)", literal(name), bigint(a.Seq), literal(a.Mark)))
	}
	if len(rows) == 0 {
		return
	}
	l.later(`DELETE FROM archwire.consumer WHERE "name" IN (`+strings.Join(names, ", ")+")",
		"INSERT INTO archwire.consumer VALUES "+strings.Join(rows, ", "))
}

// Published acknowledges changes for consumers, all or none of them.
func (w *Warehouse) Published(ctx context.Context, consumers map[string]archwire.Acknowledged) error {
	err := w.transact(ctx, gate, func(l link) error {
		acknowledge(l, consumers)
		return nil
	})
	return classify("acknowledging what was published", err)
}
