package sqlserver

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// Tables lists the tables and views that the user may read, histories of temporal
// tables among them.
func (s *Source) Tables(ctx context.Context) ([]archwire.Table, error) {
	l, err := s.connectUnlessClosed(ctx)
	if err != nil {
		return nil, err
	}
	defer l.close(ctx)
	found, err := l.relations(ctx, nil)
	if err != nil {
		return nil, s.classify(ctx, err, "")
	}
	names := copyNames(found)
	tables := make([]archwire.Table, len(found))
	for i, r := range found {
		tables[i] = r.table(s.cfg, names[i])
	}
	return tables, nil
}

// table describes the relation in the words of the project.
func (r *relation) table(cfg Config, name string) archwire.Table {
	t := archwire.Table{
		Source: cfg.Name, Name: name, Schema: r.schema, Origin: r.name, Key: r.key, View: r.view, Rows: r.rows, Bytes: r.bytes,
	}
	if r.view {
		t.Rows, t.Bytes = -1, -1
	}
	lower := map[string]string{}
	for _, a := range r.columns {
		_, typ, refused := natural(a.typ)
		switch {
		case a.refused != "":
			refused = a.refused
		case r.inMemory && !cfg.ReadCommitted:
			refused = inMemory + ": leave it out, or set isolation: read committed for the source"
		case refused == "":
			refused = sameButForCase(lower, a.name)
		}
		if refused != "" {
			typ = archwire.Type{}
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
	// The schema dbo goes first: its tables keep their plain names.
	slices.SortStableFunc(order, func(a, b int) int { return inDBO(found[b]) - inDBO(found[a]) })
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

func inDBO(r relation) int {
	if r.schema == "dbo" {
		return 1
	}
	return 0
}
