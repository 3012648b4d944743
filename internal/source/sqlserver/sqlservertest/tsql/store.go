// Package tsql is the engine of the double of SQL Server: databases in memory
// and sessions that answer T-SQL, for wire. It holds what a source of data and
// its tests need, by Microsoft's documentation, and refuses the rest.
//
// All that is stored is one immutable value, the state. A transaction works on
// a state of its own, by copy on write, and publishes it when it commits; so a
// snapshot is a pointer, and takes the catalogue and change tracking along.
package tsql

import (
	"maps"
	"strings"
	"sync/atomic"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// state is all databases at one moment.
type state struct {
	commit    int64 // counts commits
	databases map[string]*database
	logins    map[string]login
}

type login struct {
	name, password string
	admin          bool
	may            map[string]bool // of the server
}

type database struct {
	owner   *edition
	id      int
	name    string
	created time.Time
	options options

	schemas map[string]schema // by lower-case name
	tables  map[int32]*table
	names   map[string]int32 // by lower-case schema.name
	users   map[string]user  // by lower-case login

	tracking     bool
	retention    int
	units        string
	cleanup      bool
	trackVersion int64
}

type options struct {
	snapshot, readCommittedSnapshot, readOnly bool
	level                                     int // of compatibility
	collation                                 string
}

type schema struct {
	id   int
	name string
}

type user struct {
	name  string
	owner bool            // db_owner
	may   map[string]bool // "SELECT object:5", "DENY SELECT schema:1", "VIEW SERVER STATE"
}

// table is a table or a view.
type table struct {
	owner      *edition
	id         int32
	schema     schema
	name       string
	columns    []*column
	lastColumn int
	indexes    []*index
	checks     []check
	view       *view
	created    time.Time
	modified   time.Time
	defined    int64 // the commit of the last definition
	memory     bool
	temporal   int   // 1 a history, 2 one that has a history
	history    int32 // of that table
	periods    [2]int

	rows    tree[*row]
	uniques map[int]tree[string] // of unique indexes: their keys, and those of the rows
	track   *tracking
	counter *counters
}

// counters go on whatever becomes of transactions.
type counters struct {
	identity atomic.Int64 // the next
	fresh    atomic.Bool  // none was given out
	rows     atomic.Int64
}

type row struct {
	id     int64
	values []any
}

type column struct {
	id             int
	name           string
	typ            value.Type
	nullable       bool
	identity       bool
	seed, step     int64
	def            syntax.Expr
	computed       syntax.Expr
	computedSQL    string
	persisted      bool
	sparse, hidden bool
	masked         bool // as the catalogue says; its values are given as they are
	generated      string
}

type index struct {
	id         int // 1 is clustered
	name       string
	primary    bool
	unique     bool
	constraint bool
	columns    []int // ids of columns
	desc       []bool
}

type check struct {
	name string
	cond syntax.Expr
}

type view struct {
	query   *syntax.Query
	columns []string
	text    string
}

func (s *state) clone() *state {
	c := *s
	c.databases = maps.Clone(s.databases)
	return &c
}

func (d *database) clone(e *edition) *database {
	c := *d
	c.owner, c.schemas, c.tables, c.names, c.users = e, maps.Clone(d.schemas), maps.Clone(d.tables), maps.Clone(d.names), maps.Clone(d.users)
	return &c
}

func (t *table) clone(e *edition) *table {
	c := *t
	c.owner, c.uniques = e, maps.Clone(t.uniques)
	if t.track != nil {
		tracked := *t.track
		c.track = &tracked
	}
	return &c
}

func fold(s string) string { return strings.ToLower(s) }

func objectKey(schema, name string) string { return fold(schema) + "\x00" + fold(name) }

func (t *table) find(name string) (int, bool) {
	for i, c := range t.columns {
		if value.Same(c.name, name) {
			return i, true
		}
	}
	return 0, false
}

func (t *table) byID(id int) int {
	for i, c := range t.columns {
		if c.id == id {
			return i
		}
	}
	return -1
}

// clustered is the index that rows are ordered by; nil of a heap.
func (t *table) clustered() *index {
	for _, i := range t.indexes {
		if i.id == 1 {
			return i
		}
	}
	return nil
}

func (t *table) primary() *index {
	for _, i := range t.indexes {
		if i.primary {
			return i
		}
	}
	return nil
}

// keyOf is a row's values of an index.
func (t *table) keyOf(ix *index, values []any) string {
	var b []byte
	for n, id := range ix.columns {
		i := t.byID(id)
		from := len(b)
		b = value.AppendKey(b, values[i], t.columns[i].typ)
		if ix.desc[n] {
			for j := from; j < len(b); j++ {
				b[j] = ^b[j]
			}
		}
	}
	return string(b)
}

// place is the key of a row in rows.
func (t *table) place(r *row) string {
	ix := t.clustered()
	if ix == nil {
		return value.Key(r.id, value.BigInt)
	}
	key := t.keyOf(ix, r.values)
	if !ix.unique {
		key += value.Key(r.id, value.BigInt)
	}
	return key
}

// put and take change rows and the unique indexes.
func (t *table) put(e *edition, place string, r *row) {
	t.rows = t.rows.set(e, place, r)
	for _, ix := range t.indexes {
		if ix.unique && ix.id != 1 {
			t.uniques[ix.id] = t.uniques[ix.id].set(e, t.keyOf(ix, r.values), place)
		}
	}
}

func (t *table) take(e *edition, place string) {
	r, ok := t.rows.get(place)
	if !ok {
		return
	}
	t.rows = t.rows.remove(e, place)
	for _, ix := range t.indexes {
		if ix.unique && ix.id != 1 {
			t.uniques[ix.id] = t.uniques[ix.id].remove(e, t.keyOf(ix, r.values))
		}
	}
}

// rebuild lays the rows anew after the columns or indexes changed.
func (t *table) rebuild(e *edition) {
	old := t.rows
	t.rows, t.uniques = tree[*row]{}, map[int]tree[string]{}
	old.scan("", "", func(_ string, r *row) bool {
		t.put(e, t.place(r), r)
		return true
	})
}
