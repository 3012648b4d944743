package sqlserver

import (
	"context"
	"fmt"
	"strings"

	"archwire"
)

var _ archwire.Tracker = (*view)(nil)

// Changes asks Change Tracking, within the view's snapshot: what its background task
// cleans up meanwhile stays there for the snapshot to see. The net change of each
// key comes, and rows come from the table as the snapshot sees it.
//
// In a view with ReadCommitted no snapshot holds versions and rows together; there
// what is written while the question is answered comes again with the next one.
func (v *view) Changes(ctx context.Context, t archwire.Table, since string) (c archwire.Changes, err error) {
	err = v.use(ctx, t, func(ctx context.Context, l *reader, p *plan) error {
		if !p.rel.tracked {
			return untracked(t, p.rel)
		}
		if err := p.rel.tracksKey(t); err != nil {
			return err
		}
		now, err := l.tracking(ctx, p.rel)
		if err != nil {
			return err
		}
		if now.current = v.notBeyond(now.current); now.current == "" || !now.known {
			return untracked(t, p.rel)
		}
		c.Position = now.written(v.identity)
		version, ok := now.since(v.identity, since)
		if !ok {
			return nil
		}
		all, err := l.count(ctx, p.rel.changes(version)+" AS c")
		if err != nil {
			return err
		}
		gone, err := l.count(ctx, p.rel.changes(version)+" AS c WHERE "+wasDeleted)
		if err != nil {
			return err
		}
		c.Known, c.Deletes = true, gone > 0
		if all > gone {
			c.Chunks = []archwire.Chunk{{Where: p.rel.changed(t, version), Rows: all - gone}}
		}
		return nil
	})
	return c, err
}

func untracked(t archwire.Table, rel *relation) error {
	return changed(t, "the source does not track its changes",
		fmt.Sprintf("In the source, as far as it is not done: ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS, AUTO_CLEANUP = ON); "+
			"ALTER TABLE %s ENABLE CHANGE_TRACKING; GRANT VIEW CHANGE TRACKING ON %s TO the user; or choose another sync for the table in sources/%s.yaml.",
			rel.quoted(), rel.quoted(), t.Source))
}

// tracksKey makes sure that the key by which changes are told is the one by which
// rows are copied.
func (r *relation) tracksKey(t archwire.Table) error {
	same := len(r.key) == len(t.Key)
	for i := range t.Key {
		same = same && t.Key[i] == r.key[i]
	}
	if same {
		return nil
	}
	return changed(t, fmt.Sprintf("the source tracks its changes by its primary key (%s), and the key declared is (%s)",
		strings.Join(r.key, ", "), strings.Join(t.Key, ", ")), "Declare the primary key as the key, or choose another sync for the table.")
}

const wasDeleted = "c.SYS_CHANGE_OPERATION = 'D'"

// changes is the table of changed keys since a version.
func (r *relation) changes(version string) string {
	return "CHANGETABLE(CHANGES " + r.quoted() + ", " + version + ")"
}

// changed is the condition of rows that were inserted or updated since a version.
func (r *relation) changed(t archwire.Table, version string) string {
	keys := make([]string, len(t.Key))
	for i, k := range t.Key {
		keys[i] = "c." + quote(k) + " = t." + quote(k)
	}
	return "EXISTS (SELECT 1 FROM " + r.changes(version) + " AS c WHERE " + strings.Join(keys, " AND ") + ")"
}

// Deleted asks Change Tracking, as Changes does.
func (v *view) Deleted(ctx context.Context, t archwire.Table, since string) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		ctx, cancel := v.within(ctx)
		defer cancel()
		if err := v.readDeleted(ctx, t, since, yield); err != nil {
			yield(nil, err)
		}
	}
}

func (v *view) readDeleted(ctx context.Context, t archwire.Table, since string, yield func(archwire.Batch, error) bool) error {
	rel, err := v.relation(ctx, t)
	if err != nil {
		return err
	}
	version, ok := versionOf(v.identity, since)
	if !ok {
		return changed(t, "what was deleted since then is not known", "Run archwire run again.")
	}
	of := t.KeyTable()
	items := make([]string, len(of.Columns))
	for i, c := range of.Columns {
		f, err := rel.form(t, c)
		if err != nil {
			return err
		}
		items[i] = selected(f, "c."+quote(c.Name))
	}
	sql := "SELECT " + strings.Join(items, ", ") + " FROM " + rel.changes(version) + " AS c WHERE " + wasDeleted + onOneScheduler
	return v.read(ctx, t, rel, sql, of, yield)
}
