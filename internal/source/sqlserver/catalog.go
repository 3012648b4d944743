package sqlserver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// relation is a table or view as the catalogue describes it.
type relation struct {
	id           string // object_id
	schema, name string
	view         bool
	rows, bytes  int64
	inMemory     bool // memory-optimised
	history      bool // the history of a temporal table
	tracked      bool // has change tracking
	modified     time.Time
	columns      []attribute
	key          []string
}

// attribute is a column as the catalogue describes it.
type attribute struct {
	name     string
	typ      catalogType
	ordinal  int    // sys.columns.column_id
	origin   string // as T-SQL declares it, or the name of the alias type
	nullable bool
	identity bool
	index    int    // of an index that begins with it; 0 when none does
	refused  string // why it cannot be copied, whatever its type is
	keyAt    int    // its place in the primary key, from 1
}

// relations lists what the user may read: of the whole database, or the one
// relation named. Two queries, not one per table: a database of 10,000 tables
// is looked at in seconds.
func (l *reader) relations(ctx context.Context, only *relation) ([]relation, error) {
	filter := readable
	if only != nil {
		filter += " AND s.name = " + unicode(only.schema) + " AND o.name = " + unicode(only.name)
	}
	rows, err := l.query(ctx, relationsSQL+filter+relationsOrder)
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue: %w", err)
	}
	byID := map[string]int{}
	found := make([]relation, 0, len(rows))
	for _, r := range rows {
		modified, err := time.Parse(timeForm, r[9])
		if err != nil {
			return nil, fmt.Errorf("reading the catalogue: %w", err)
		}
		byID[r[0]] = len(found)
		found = append(found, relation{
			id: r[0], schema: r[1], name: r[2], view: r[3] == "V", rows: estimate(r[4]), bytes: estimate(r[5]),
			inMemory: r[6] == "1", history: r[7] == "1", tracked: r[8] == "1", modified: modified,
		})
	}
	rows, err = l.query(ctx, columnsSQL+filter+columnsOrder)
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue: %w", err)
	}
	for _, r := range rows {
		at, ok := byID[r[0]]
		if !ok {
			continue // created between the two queries
		}
		a, err := newAttribute(r[1:], l.server.unmask)
		if err != nil {
			return nil, fmt.Errorf("reading the catalogue: %w", err)
		}
		found[at].columns = append(found[at].columns, a)
	}
	for i := range found {
		found[i].complete()
	}
	return found, nil
}

// newAttribute reads a row of columnsSQL, without its first column.
func newAttribute(r []string, unmask bool) (attribute, error) {
	n := make([]int, len(r))
	var errs []error
	for _, i := range []int{0, 4, 5, 6, 16} {
		var err error
		n[i], err = strconv.Atoi(orZero(r[i]))
		errs = append(errs, err)
	}
	keyAt, err := strconv.Atoi(orZero(r[15]))
	if err := errors.Join(append(errs, err)...); err != nil {
		return attribute{}, err
	}
	typ := catalogType{name: typeName(r[2], r[3], r[14] == "1"), length: n[4], precision: n[5], scale: n[6], collation: r[7]}
	a := attribute{
		name: r[1], ordinal: n[0], typ: typ, origin: typ.String(), nullable: r[8] == "1", identity: r[9] == "1", index: n[16], keyAt: keyAt,
	}
	if r[2] != r[3] && r[3] != "" && r[2] != "timestamp" { // an alias type
		a.origin = r[2]
	}
	switch {
	case r[13] != "" && r[13] != "0":
		a.refused = "it is encrypted with a key that only its application has: {exclude: true}"
	case r[12] == "1" && !unmask:
		a.refused = "a mask hides its values from this user: in the source, GRANT UNMASK to it, or {exclude: true}"
	case r[10] == "1" && r[11] == "0":
		a.refused = "it is computed anew each time that it is read, from more than its row: {exclude: true}"
	}
	return a, nil
}

// typeName is the system type of a column: of an alias type the one that it rests
// on, of a type of the CLR its own.
func typeName(name, base string, assembly bool) string {
	switch {
	case assembly && !slices.Contains([]string{"hierarchyid", "geometry", "geography"}, name):
		return "clr"
	case assembly, base == "":
		return name
	case base == "timestamp":
		return "rowversion"
	}
	return base
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// complete gathers the key, and hands the table's own reason to its columns.
func (r *relation) complete() {
	keyed := slices.Clone(r.columns)
	keyed = slices.DeleteFunc(keyed, func(a attribute) bool { return a.keyAt == 0 })
	slices.SortFunc(keyed, func(a, b attribute) int { return a.keyAt - b.keyAt })
	for _, a := range keyed {
		r.key = append(r.key, a.name)
	}
}

// attribute is the column of that name.
func (r *relation) attribute(name string) (attribute, bool) {
	at := slices.IndexFunc(r.columns, func(a attribute) bool { return a.name == name })
	if at < 0 {
		return attribute{}, false
	}
	return r.columns[at], true
}

// quoted is the relation's name as SQL reads it.
func (r *relation) quoted() string { return quote(r.schema) + "." + quote(r.name) }

// from is the relation as queries read it; conditions and chunks call it t. Where
// there is no snapshot a memory-optimised table needs one of its own.
func (r *relation) from() string {
	if r.inMemory {
		return r.quoted() + " AS t WITH (SNAPSHOT)"
	}
	return r.quoted() + " AS t"
}

func estimate(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return -1 // NULL: nothing is known
	}
	return n
}
