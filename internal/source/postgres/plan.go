package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
)

// A plan is how the rows of one declared table are read.
type plan struct {
	rel    *relation
	sel    string // the select list
	live   string // the condition of rows that are not marked as deleted; "" when none can be
	cols   []column
	schema *arrow.Schema
	paced  bool // how fast it is tells how busy the source is
}

// plan compares the declaration with the catalogue and says how to read it.
func (v *view) plan(ctx context.Context, se *session, t archwire.Table) (*plan, error) {
	rel, err := v.relation(ctx, se, t)
	if err != nil {
		return nil, err
	}
	p := &plan{rel: rel, schema: t.ArrowSchema()}
	items := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		f, err := rel.form(t, c)
		if err != nil {
			return nil, err
		}
		items[i] = fmt.Sprintf(f.sel, archwire.Quote(c.Name))
		p.cols = append(p.cols, newColumn(c.Name, f.decode, c.Type))
	}
	p.sel = strings.Join(items, ", ")
	p.live, err = live(t, rel)
	return p, err
}

// form is how column c of t is read, if it still is as declared.
func (r *relation) form(t archwire.Table, c archwire.Column) (form, error) {
	a, ok := r.attribute(c.Name)
	if !ok {
		return form{}, missingColumn(t, c.Name)
	}
	f, typ, refused := natural(a.typ)
	if c.Cast && typ != c.Type {
		if f, ok := declared(a.typ, c.Type); ok {
			return f, nil
		}
		return form{}, changed(t, fmt.Sprintf("column %s is %s and cannot be copied as %s", c.Name, a.origin, c.Type),
			"Declare text, or for a number decimal(p,s), or exclude the column.")
	}
	if refused != "" {
		return form{}, changed(t, fmt.Sprintf("column %s, a %s, cannot be copied as it is: %s", c.Name, a.origin, refused), discoverHint(t))
	}
	if typ != c.Type {
		was := c.Origin
		if was == "" || was == a.origin {
			was = c.Type.String()
		}
		return form{}, changed(t, fmt.Sprintf("column %s was %s when discovered and is %s now", c.Name, was, a.origin), discoverHint(t))
	}
	return f, nil
}

func changed(t archwire.Table, what, hint string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: t.ID() + ": " + what, Hint: hint}
}

func discoverHint(t archwire.Table) string {
	return fmt.Sprintf("Run archwire discover %s and review what it changes in sources/%s.yaml.", t.Source, t.Source)
}

// relation looks a table up and locks it, once a view; in a gentle view once a
// transaction, for the lock ends with it.
func (v *view) relation(ctx context.Context, se *session, t archwire.Table) (*relation, error) {
	name := t.Schema + "\x00" + t.Origin
	v.mu.Lock()
	rel := v.relations[name]
	v.mu.Unlock()
	if rel != nil && !v.src.cfg.Gentle {
		return rel, nil
	}
	found, err := se.relations(ctx, &relation{schema: t.Schema, name: t.Origin})
	if err != nil {
		return nil, v.classify(ctx, err, t.ID())
	}
	if len(found) == 0 {
		return nil, v.missing(ctx, se, t)
	}
	rel = &found[0]
	if err := v.hold(ctx, se, t, rel); err != nil {
		return nil, err
	}
	v.mu.Lock()
	v.relations[name] = rel
	v.mu.Unlock()
	return rel, nil
}

// missing tells a table that is gone from one that is closed to the user. One that was
// dropped since the view began is in its snapshot still; asked of the user's rights in it,
// the server answers NULL, for these are as of now.
func (v *view) missing(ctx context.Context, se *session, t archwire.Table) error {
	rel := relation{schema: t.Schema, name: t.Origin}
	rows, err := se.query(ctx, `select current_user from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = $1 and c.relname = $2 and has_any_column_privilege(c.oid, 'SELECT') is not null`, t.Schema, t.Origin)
	if err != nil {
		return v.classify(ctx, err, t.ID())
	}
	if len(rows) > 0 {
		return &archwire.Error{
			Code:    archwire.Denied,
			Message: fmt.Sprintf("%s: the user %s may not read %s.%s", t.ID(), rows[0][0], t.Schema, t.Origin),
			Hint: fmt.Sprintf("In the source: grant usage on schema %s to %s; grant select on %s to %s;",
				archwire.Quote(t.Schema), archwire.Quote(rows[0][0]), rel.quoted(), archwire.Quote(rows[0][0])),
		}
	}
	return changed(t, fmt.Sprintf("the source has no table %s.%s any more", t.Schema, t.Origin), discoverHint(t))
}

// hold locks the table against being altered, then makes sure it still has the
// files that it had at the view's instant: in a table that was rewritten or
// emptied since, this snapshot would see no row, and no error either; see
// https://www.postgresql.org/docs/current/mvcc-caveats.html. Merging into the
// parent transaction keeps the lock when the session returns to its savepoint.
func (v *view) hold(ctx context.Context, se *session, t archwire.Table, rel *relation) error {
	if err := se.exec(ctx, "select from "+rel.quoted()+" limit 0"); err != nil {
		return v.classify(ctx, err, t.ID())
	}
	if err := se.exec(ctx, "release savepoint "+savepoint+"; savepoint "+savepoint); err != nil {
		return v.classify(ctx, err, t.ID())
	}
	rows, err := se.query(ctx, filesSQL)
	if err != nil {
		return v.classify(ctx, err, t.ID())
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, r := range rows {
		oid, file, rewritten := r[0], r[1], r[2] == "t"
		if before, known := v.files[oid]; rewritten || known && before != file {
			return &archwire.Error{
				Code:    archwire.Unavailable,
				Message: t.ID() + ": the table, or one that it rests on, was rewritten or truncated while the source was being read",
				Hint:    "Run again, at a time when nobody alters it.",
			}
		}
		v.files[oid] = file
	}
	return nil
}

// filesSQL looks at all that the session has locked: the table, its partitions
// and children, and what a view reads. pg_class is read as of the transaction's
// instant, pg_relation_filenode as of now. A gentle view locks a table again and
// again and compares the files: rewriting moves even rows that nobody wrote.
const filesSQL = `
select c.oid, pg_relation_filenode(c.oid), c.relfilenode is distinct from pg_relation_filenode(c.oid)
from pg_class c join pg_locks l on l.relation = c.oid and l.pid = pg_backend_pid()
where c.relkind in ('r', 'm') and c.relfilenode <> 0`
