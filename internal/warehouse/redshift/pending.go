package redshift

import (
	"context"
	"fmt"
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
	var p archwire.Pending
	err := w.session(ctx, func(l link) (err error) {
		p, err = pending(ctx, l, consumer, names)
		return err
	})
	return p, classify("reading what changed for "+consumer, err)
}

// pendingQuery is one statement, so that it sees one instant: what is pending and the
// number to acknowledge belong together. A row says of what kind it is, cast,
// so that it has a type: a bare constant is of type unknown.
func pendingQuery(consumer string, relations []string) string {
	me := ` FROM archwire.consumer WHERE "name" = ` + literal(consumer)
	const none = "CAST(NULL AS VARCHAR(65535))"
	kind := func(name string) string { return "CAST(" + literal(name) + " AS VARCHAR(8))" }
	query := "SELECT " + kind("newest") + ", COALESCE(MAX(seq), 0), " + none + ", " + none + " FROM archwire.change" +
		" UNION ALL SELECT " + kind("me") + ", seq, mark, " + none + me
	if len(relations) == 0 {
		return query
	}
	list := make([]string, len(relations))
	for i, r := range relations {
		list[i] = literal(r)
	}
	return query + " UNION ALL SELECT " + kind("change") + ", seq, relation, tenant FROM archwire.change WHERE relation IN (" + strings.Join(list, ", ") +
		") AND seq > (SELECT COALESCE(MAX(seq), 9223372036854775807)" + me + ")"
}

// pending sorts changes into relations that changed as a whole and tenants of the
// others.
func pending(ctx context.Context, l link, consumer string, names map[string]string) (archwire.Pending, error) {
	p := archwire.Pending{Never: true}
	all := map[string]bool{}
	tenants := map[string][]string{} // by relation
	err := l.rows(ctx, pendingQuery(consumer, slices.Sorted(maps.Keys(names))), func(v [][]byte) error {
		seq, err := whole(v[1])
		if err != nil {
			return err
		}
		switch kind := string(v[0]); {
		case kind == "newest":
			p.Seq = max(p.Seq, seq)
		case kind == "me":
			p.Seq, p.Mark, p.Never = max(p.Seq, seq), string(v[2]), false
		case v[3] != nil:
			tenants[string(v[2])] = append(tenants[string(v[2])], string(v[3]))
		default:
			all[string(v[2])] = true
		}
		return nil
	})
	if err != nil {
		return p, fmt.Errorf("reading the ledger of changes: %w", err)
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
	return p, nil
}
