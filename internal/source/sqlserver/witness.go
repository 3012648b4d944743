package sqlserver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"archwire"
)

var _ archwire.Witness = (*view)(nil)

// identify names the database, so that a version of change tracking of another, or of
// the same as it was restored from a backup, is not taken for one of it. certain says
// that it tells a restored one from what it was before: recovery_fork_guid does,
// where the user may see it; a database of Azure SQL is always restored as a new one.
func (l *reader) identify(ctx context.Context) (identity string, certain bool, err error) {
	created := "created " + l.server.created
	if l.server.edition == azure {
		return created, true, nil
	}
	rows, err := l.query(ctx, "SELECT CONVERT(char(36), r.recovery_fork_guid), CONVERT(char(36), r.database_guid) FROM sys.database_recovery_status AS r WHERE r.database_id = DB_ID()")
	if _, refused := errors.AsType[*serverError](err); refused {
		return created, false, nil
	}
	if err != nil {
		return "", false, err
	}
	if len(rows) == 0 || rows[0][0] == "" {
		return created, false, nil
	}
	return "fork " + rows[0][0] + " " + rows[0][1], true, nil
}

// trackedSQL lists what is tracked, and since when.
const trackedSQL = `SELECT CONVERT(varchar(11), o.object_id), s.name, o.name, CONVERT(varchar(20), c.begin_version),
	CONVERT(varchar(11), i.object_id), CONVERT(varchar(33), i.create_date, 126)
FROM sys.change_tracking_tables AS c INNER JOIN sys.objects AS o ON o.object_id = c.object_id
	INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
	` + changesHeldSQL + `
ORDER BY o.object_id`

// everyLife is a digest of which tables are tracked under which names, and since when.
// While it is the same, no table has become another under its name, and of none has
// tracking begun anew.
func (l *reader) everyLife(ctx context.Context) (string, error) {
	rows, err := l.query(ctx, trackedSQL)
	if err != nil {
		return "", fmt.Errorf("asking what is tracked: %w", err)
	}
	h := sha256.New()
	for _, r := range rows {
		fmt.Fprintf(h, "%q\n", r)
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// definitionsAge is how much older than a view a definition must be to be vouched
// for: sys.objects tells local time, which is put back an hour once a year.
const definitionsAge = 26 * time.Hour

// Unchanged goes by the version of change tracking, as ADR 27 explains: while it is
// the same, nothing was committed to any table that has it. Truncating a table,
// turning its tracking off and on and altering it may have no version. But after the
// first two tracking begins at that version or a later one, and so does that of
// another table under the name; and the third is dated.
func (v *view) Unchanged(ctx context.Context, t archwire.Table, since archwire.Instant) (unchanged bool, err error) {
	if !v.certain || v.version == "" || since.Mark != v.at.Mark {
		return false, nil
	}
	ctx, cancel := v.within(ctx)
	defer cancel()
	l, err := v.acquire(ctx, true)
	if err != nil {
		return false, err
	}
	found, err := l.relations(ctx, &relation{schema: t.Schema, name: t.Origin})
	if err != nil || len(found) == 0 || !found[0].tracked {
		return false, v.answered(ctx, l, t, err)
	}
	position, err := l.tracking(ctx, &found[0])
	if err := v.answered(ctx, l, t, err); err != nil {
		return false, err
	}
	old := found[0].modified.Before(since.Time.Add(-definitionsAge))
	return old && position.current == v.version && position.knows(v.version), nil
}

// answered gives a reader back after a question.
func (v *view) answered(ctx context.Context, l *reader, t archwire.Table, err error) error {
	if err != nil {
		err = v.classify(ctx, err, t.ID())
		v.mend(ctx, l)
		return err
	}
	v.release(ctx, l)
	return nil
}
