package redshift

import (
	"context"
	"fmt"

	"archwire"
)

// The tables of a session in which a patch is gathered before it is applied.
const (
	patchKeys = `"archwire patch keys"`
	patchRows = `"archwire patch rows"`
)

// Patch notes the keys in removed and the rows in delta, all of it or nothing.
func (l *load) Patch(ctx context.Context, t archwire.Table, keys, rows archwire.Batches) (taken int64, err error) {
	g, leave, err := l.enter(t)
	if err != nil {
		return 0, err
	}
	defer leave()
	if len(g.Key) == 0 {
		return 0, &archwire.Error{Code: archwire.Internal, Message: t.ID() + " has no key, so it cannot be patched"}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	err = g.flush(ctx, l.w)
	if err == nil {
		err = g.ensure(ctx, l.w, true, true)
	}
	if err == nil {
		taken, err = l.patch(ctx, g, keys, rows)
	}
	if err != nil {
		return 0, classify("patching "+t.ID(), err)
	}
	return taken, nil
}

func (l *load) patch(ctx context.Context, g *target, keys, rows archwire.Batches) (taken int64, err error) {
	write := func(t archwire.Table, rows archwire.Batches) ([]part, error) {
		if rows == nil {
			return nil, nil
		}
		return l.w.writeParts(ctx, g.folder, g.mark, t, l.dealing, rows)
	}
	keyParts, err := write(g.KeyTable(), keys)
	if err != nil {
		return 0, err
	}
	rowParts, err := write(g.Table, rows)
	if err != nil || len(keyParts)+len(rowParts) == 0 {
		return 0, err
	}
	err = l.w.loading(ctx, g.Table, g.deltaName(), func(s link) error {
		if err := l.gather(ctx, s, g, patchKeys, g.KeyTable().Columns, keyParts); err != nil {
			return err
		}
		if err := l.gather(ctx, s, g, patchRows, stored(g.Table), rowParts); err != nil {
			return err
		}
		n, err := count(ctx, s, g.doubles(patchRows))
		if err == nil {
			err = g.noneOf(n)
		}
		if err != nil {
			return err
		}
		if taken, err = g.takeOut(ctx, s); err != nil {
			return err
		}
		s.later(g.drop(g.deltaName(), stageDelta(g), g.distinctKeys("", patchRows)),
			"INSERT INTO "+g.deltaName()+" SELECT * FROM "+patchRows,
			"DROP TABLE "+patchKeys+", "+patchRows)
		return nil
	})
	return taken, err
}

// gather copies files into a table of the session's.
func (l *load) gather(ctx context.Context, s link, g *target, name string, columns []archwire.Column, parts []part) error {
	create := "CREATE TEMP TABLE " + createTable(name, columns, " DISTSTYLE EVEN")[len("CREATE TABLE "):]
	s.later("DROP TABLE IF EXISTS "+name, create)
	return l.w.copyParts(ctx, s, g.folder, name, columns, g.mark, parts)
}

// takeOut takes the rows of patchKeys out and returns how many there were.
func (g *target) takeOut(ctx context.Context, s link) (int64, error) {
	keys, parts := columnList("r", g.KeyTable().Columns), g.left()
	inBase, err := s.exec(ctx, "INSERT INTO "+g.removedName()+" "+parts[0].in(g, patchKeys).query(g, keys))
	if err != nil {
		return 0, err
	}
	inDelta, err := count(ctx, s, parts[1].in(g, patchKeys).query(g, "COUNT(*)"))
	if err != nil {
		return 0, err
	}
	// What the rows of delta hid in base stays hidden, by their keys.
	s.later("INSERT INTO "+g.removedName()+" "+portion{table: g.deltaName()}.in(g, patchKeys).query(g, keys),
		g.drop(g.deltaName(), stageDelta(g), g.distinctKeys("", patchKeys)))
	return inBase + inDelta, nil
}

// stageDelta is how a statement that deletes from delta calls it.
func stageDelta(g *target) string { return archwire.Quote(g.stageOf("delta")) }

// drop is the statement that drops the rows of a table, which it calls by its name
// alone, whose keys are among those of a subquery, as distinctKeys gives it. USING takes
// names only, so that WITH names the subquery (DELETE).
func (g *target) drop(from, name, keys string) string {
	return "WITH k AS " + keys + " DELETE FROM " + from + " USING k WHERE " + sameKey(g.KeyTable().Columns, name, "k")
}

// doubles is a query of how many keys several rows of a table share.
func (g *target) doubles(rows string) string {
	return "SELECT COUNT(*) FROM (SELECT 1 AS one FROM " + rows + " r GROUP BY " + groupKey("r", g.KeyTable().Columns) + " HAVING COUNT(*) > 1) t"
}

// noneOf refuses rows that share a key: in the table they would be two.
func (g *target) noneOf(doubles int64) error {
	if doubles == 0 {
		return nil
	}
	return &archwire.Error{
		Code: archwire.Invalid, Message: fmt.Sprintf("%s: several rows have the same key, so it is not a key", g.ID()),
		Hint: "Correct key in the source's file, or keep the table by sync: full.",
	}
}
