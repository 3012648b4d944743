package redshift

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"archwire"
)

var _ archwire.PendingLister = (*Warehouse)(nil)

// Pending says what changed in the relations of reads since the consumer last
// acknowledged them.
func (w *Warehouse) Pending(ctx context.Context, consumer string, reads []string) (archwire.Pending, error) {
	all, err := w.PendingOf(ctx, map[string][]string{consumer: reads})
	return all[consumer], err
}

// PendingOf says so of several consumers, by one query: a night on which little happened
// asks little.
func (w *Warehouse) PendingOf(ctx context.Context, reads map[string][]string) (all map[string]archwire.Pending, err error) {
	if len(reads) == 0 {
		return map[string]archwire.Pending{}, nil
	}
	err = w.session(ctx, func(l link) error {
		book, err := readBook(ctx, l, reads)
		if err != nil {
			return fmt.Errorf("reading the ledger of changes: %w", err)
		}
		all = map[string]archwire.Pending{}
		for consumer, relations := range reads {
			all[consumer] = book.pending(consumer, relations)
		}
		return nil
	})
	if len(reads) == 1 {
		for consumer := range reads {
			return all, classify("reading what changed for "+consumer, err)
		}
	}
	return all, classify("reading what changed", err)
}

// pendingQuery is one statement, so that it sees one instant: what is pending and the
// number to acknowledge belong together. A row says of what kind it is, cast,
// so that it has a type: a bare constant is of type unknown. Changes come that one of the
// consumers at least has not acknowledged.
func pendingQuery(consumers, relations []string) string {
	const none = "CAST(NULL AS VARCHAR(65535))"
	kind := func(name string) string { return "CAST(" + literal(name) + " AS VARCHAR(8))" }
	mine := ` FROM archwire.consumer WHERE "name" IN (` + literals(consumers) + ")"
	query := "SELECT " + kind("newest") + ", COALESCE(MAX(seq), 0), " + none + ", " + none + " FROM archwire.change" +
		" UNION ALL SELECT " + kind("consumer") + `, seq, "name", mark` + mine
	if len(relations) == 0 {
		return query
	}
	return query + " UNION ALL SELECT " + kind("change") + ", seq, relation, tenant FROM archwire.change WHERE relation IN (" + literals(relations) +
		") AND seq > (SELECT COALESCE(MIN(seq), 9223372036854775807)" + mine + ")"
}

func literals(texts []string) string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = literal(t)
	}
	return strings.Join(list, ", ")
}

// A book is what the ledger of changes says to some consumers.
type book struct {
	newest    int64
	consumers map[string]archwire.Acknowledged
	changes   map[string][]change // by relation, as the ledger names it
}

// A change is one of rows of a tenant, or of the whole relation.
type change struct {
	seq    int64
	tenant string
	whole  bool
}

func readBook(ctx context.Context, l link, reads map[string][]string) (book, error) {
	b := book{consumers: map[string]archwire.Acknowledged{}, changes: map[string][]change{}}
	relations := map[string]bool{}
	for _, list := range reads {
		for _, r := range list {
			relations[inLedger(r)] = true
		}
	}
	query := pendingQuery(slices.Sorted(maps.Keys(reads)), slices.Sorted(maps.Keys(relations)))
	err := l.rows(ctx, query, func(v [][]byte) error {
		seq, err := whole(v[1])
		if err != nil {
			return err
		}
		switch name := string(v[2]); string(v[0]) {
		case "newest":
			b.newest = seq
		case "consumer":
			b.consumers[name] = archwire.Acknowledged{Seq: seq, Mark: string(v[3])}
		default:
			b.changes[name] = append(b.changes[name], change{seq: seq, tenant: string(v[3]), whole: v[3] == nil})
		}
		return nil
	})
	return b, err
}

// pending sorts what one consumer has not acknowledged into relations that changed as a
// whole and tenants of the others.
func (b book) pending(consumer string, reads []string) archwire.Pending {
	me, known := b.consumers[consumer]
	p := archwire.Pending{Seq: max(b.newest, me.Seq), Mark: me.Mark, Never: !known}
	if p.Never {
		return p
	}
	for _, relation := range slices.Compact(slices.Sorted(slices.Values(reads))) {
		var tenants []string
		all := false
		for _, c := range b.changes[inLedger(relation)] {
			if c.seq > me.Seq {
				all = all || c.whole
				tenants = append(tenants, c.tenant)
			}
		}
		if all {
			p.All = append(p.All, relation)
			continue
		}
		p.Tenants = append(p.Tenants, tenants...)
	}
	slices.Sort(p.Tenants)
	p.Tenants = slices.Compact(p.Tenants)
	return p
}
