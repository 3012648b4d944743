package sqlserver

import (
	"context"
	"fmt"
	"strings"

	"archwire"
)

// A plan is how the rows of one declared table are read.
type plan struct {
	rel   *relation
	forms []form // of the columns, in order
	sel   string // the select list
	live  string // the condition of rows that are not marked as deleted; "" when none can be
}

// sql reads the rows of a chunk.
func (p *plan) sql(c archwire.Chunk) string {
	return "SELECT " + p.sel + " FROM " + p.rel.from() + where(c.Where) + onOneScheduler
}

// onOneScheduler keeps a connection from fanning out: the budget counts
// connections.
const onOneScheduler = " OPTION (MAXDOP 1)"

// planned compares the declaration of t with the catalogue and says how to read it.
func (r *relation) planned(t archwire.Table) (*plan, error) {
	p := &plan{rel: r}
	items := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		f, err := r.form(t, c)
		if err != nil {
			return nil, err
		}
		items[i] = selected(f, "t."+quote(c.Name))
		p.forms = append(p.forms, f)
	}
	p.sel = strings.Join(items, ", ")
	if len(items) == 0 {
		p.sel = "1" // rows without columns are counted all the same
	}
	var err error
	p.live, err = r.live(t)
	return p, err
}

// selected applies a form to a column.
func selected(f form, column string) string { return strings.ReplaceAll(f.sel, "%s", column) }

// form is how column c of t is read, if it still is as declared.
func (r *relation) form(t archwire.Table, c archwire.Column) (form, error) {
	a, ok := r.attribute(c.Name)
	if !ok {
		return form{}, missingColumn(t, c.Name)
	}
	if a.refused != "" {
		return form{}, changed(t, fmt.Sprintf("column %s, a %s, cannot be copied: %s", c.Name, a.origin, a.refused), discoverHint(t))
	}
	f, typ, refused := natural(a.typ)
	if c.Cast && (typ != c.Type || refused != "") {
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
		return form{}, changed(t, fmt.Sprintf("column %s was %s when discovered and is %s now, which becomes %s", c.Name, was, a.origin, typ), discoverHint(t))
	}
	return f, nil
}

// live is the condition that holds for the rows of t that its Deleted column does
// not mark; "" when it has none. The declared type decides what a mark is, as it
// does in the warehouse: a bit copied as text marks by being there.
func (r *relation) live(t archwire.Table) (string, error) {
	if t.Deleted == "" {
		return "", nil
	}
	if _, ok := r.attribute(t.Deleted); !ok {
		return "", missingColumn(t, t.Deleted)
	}
	c, ok := t.Column(t.Deleted)
	if !ok {
		return "", changed(t, fmt.Sprintf("column %s marks deleted rows and is not among the columns that are copied", t.Deleted),
			fmt.Sprintf("Add %s to the columns of %s in sources/%s.yaml.", t.Deleted, t.Name, t.Source))
	}
	name := "t." + quote(t.Deleted)
	if c.Type.Kind == archwire.Bool {
		return name + " = 0 OR " + name + " IS NULL", nil
	}
	return name + " IS NULL", nil
}

func changed(t archwire.Table, what, hint string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: t.ID() + ": " + what, Hint: hint}
}

func missingColumn(t archwire.Table, column string) error {
	return changed(t, fmt.Sprintf("the source has no column %s that its user may read", column), discoverHint(t))
}

func discoverHint(t archwire.Table) string {
	return fmt.Sprintf("Run archwire discover %s and review what it changes in sources/%s.yaml.", t.Source, t.Source)
}

// relation looks a table up, once a view; in a loose view each time, for it may be
// altered meanwhile.
func (v *view) relation(ctx context.Context, t archwire.Table) (*relation, error) {
	name := nameOf(t)
	v.mu.Lock()
	rel := v.relations[name]
	v.mu.Unlock()
	if rel != nil && !v.src.loose() {
		return rel, nil
	}
	l, err := v.acquire(ctx, true) // the catalogue is not of the snapshot; any reader will do
	if err != nil {
		return nil, err
	}
	rel, err = v.lookUp(ctx, l, t)
	if err != nil {
		v.mend(ctx, l)
		return nil, err
	}
	v.release(ctx, l)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.relations[name] = rel
	return rel, nil
}

func nameOf(t archwire.Table) string { return t.Schema + "\x00" + t.Origin }

func (v *view) lookUp(ctx context.Context, l *reader, t archwire.Table) (*relation, error) {
	if err := v.start(ctx, l); err != nil {
		return nil, v.classify(ctx, err, t.ID())
	}
	found, err := l.relations(ctx, &relation{schema: t.Schema, name: t.Origin})
	if err != nil {
		return nil, v.classify(ctx, err, t.ID())
	}
	if len(found) > 0 {
		rel := &found[0]
		if rel.inMemory && !v.src.cfg.ReadCommitted {
			return nil, changed(t, inMemory, inMemoryHint)
		}
		return rel, nil
	}
	rows, err := l.query(ctx, existsSQL(t.Schema, t.Origin))
	if err != nil {
		return nil, v.classify(ctx, err, t.ID())
	}
	user, err := l.user(ctx)
	if err != nil {
		return nil, v.classify(ctx, err, t.ID())
	}
	return nil, missing(t, user, len(rows) > 0)
}

// user is the session's in the database, which may have another name than the login.
func (l *reader) user(ctx context.Context) (string, error) {
	rows, err := l.query(ctx, userSQL)
	if err == nil && len(rows) != 1 {
		err = errFormat
	}
	if err != nil {
		return "", err
	}
	return rows[0][0], nil
}

// missing says that a table is closed to the user, where there is a table to be seen.
// One that the user has no right to at all the catalogue hides, as if it were gone
// (Metadata visibility configuration).
func missing(t archwire.Table, user string, seen bool) error {
	rel := relation{schema: t.Schema, name: t.Origin}
	grant := fmt.Sprintf("In the source: GRANT SELECT ON %s TO %s;", rel.quoted(), quote(user))
	if !seen {
		return changed(t, fmt.Sprintf("the source has no table %s.%s any more, or its user %s may not read it", t.Schema, t.Origin, user),
			"If the table is there: "+grant+" If it is gone: "+discoverHint(t))
	}
	return &archwire.Error{
		Code:    archwire.Denied,
		Message: fmt.Sprintf("%s: the user %s may not read %s.%s", t.ID(), user, t.Schema, t.Origin),
		Hint:    grant,
	}
}

const (
	inMemory     = "the table is memory-optimised, and SQL Server does not read such a table in a SNAPSHOT transaction"
	inMemoryHint = "Leave the table out, or set isolation: read committed for the source."
)
