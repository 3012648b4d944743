package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// Tables lists the tables, partitioned tables (once, not their partitions),
// views, materialized views and foreign tables that the user may read.
func (s *Source) Tables(ctx context.Context) ([]archwire.Table, error) {
	se, err := s.connectUnlessClosed(ctx)
	if err != nil {
		return nil, err
	}
	defer se.close(ctx)
	found, err := se.relations(ctx, nil)
	if err != nil {
		return nil, s.classify(ctx, err, "")
	}
	names := copyNames(found)
	tables := make([]archwire.Table, len(found))
	for i, r := range found {
		tables[i] = r.table(s.cfg.Name, names[i])
	}
	return tables, nil
}

// table describes the relation in the words of the project.
func (r *relation) table(source, name string) archwire.Table {
	t := archwire.Table{
		Source: source, Name: name, Schema: r.schema, Origin: r.name, Key: r.key,
		View: r.kind == 'v' || r.kind == 'm', Rows: r.rows, Bytes: r.bytes,
	}
	lower := map[string]string{}
	for _, a := range r.columns {
		_, typ, refused := natural(a.typ)
		if refused == "" {
			refused = sameButForCase(lower, a.name)
		}
		t.Columns = append(t.Columns, archwire.Column{
			Name: a.name, Type: typ, Nullable: a.nullable, Origin: a.origin, Ordinal: a.ordinal, Refused: refused,
		})
	}
	t.Sync = r.sync(t)
	return t
}

// sameButForCase refuses a column that the warehouse could not tell from an
// earlier one.
func sameButForCase(seen map[string]string, name string) string {
	fold := strings.ToLower(name)
	if other, taken := seen[fold]; taken {
		return fmt.Sprintf("its name differs from that of column %s only in case, which warehouses do not tell apart: exclude one of them", other)
	}
	seen[fold] = name
	return ""
}

// copyNames names the copies: as the tables are named, and where that is taken
// in another schema, or but for case, with the schema before it.
func copyNames(found []relation) []string {
	names := make([]string, len(found))
	taken := map[string]bool{}
	give := func(i int, name string) bool {
		if taken[strings.ToLower(name)] {
			return false
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
		return true
	}
	order := make([]int, len(found))
	for i := range order {
		order[i] = i
	}
	// The schema public goes first: its tables keep their plain names.
	slices.SortStableFunc(order, func(a, b int) int { return inPublic(found[b]) - inPublic(found[a]) })
	for _, i := range order {
		if give(i, found[i].name) {
			continue
		}
		name := found[i].schema + "_" + found[i].name
		for n := 2; !give(i, name); n++ {
			name = fmt.Sprintf("%s_%s_%d", found[i].schema, found[i].name, n)
		}
	}
	return names
}

func inPublic(r relation) int {
	if r.schema == "public" {
		return 1
	}
	return 0
}
