package archwire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// A Kind is the sort of value that a column holds, the same in every source and
// every warehouse.
type Kind uint8

// The kinds, and the form in which a Batch carries them.
const (
	_           Kind = iota
	Bool             // arrow bool
	Int16            // arrow int16
	Int32            // arrow int32
	Int64            // arrow int64
	Float32          // arrow float32; NaN and infinities are values
	Float64          // arrow float64; NaN and infinities are values
	Decimal          // arrow decimal128(precision, scale); precision at most 38
	Text             // arrow utf8
	JSON             // arrow utf8: the text of a JSON document, as the source writes it
	UUID             // arrow utf8: 36 characters, lower case
	Bytes            // arrow binary
	Date             // arrow date32; infinity is math.MaxInt32, -infinity is -math.MaxInt32
	Time             // arrow time64[us]; 24:00:00 is a value
	Timestamp        // arrow timestamp[us], no zone; infinity is math.MaxInt64, -infinity -math.MaxInt64
	TimestampTZ      // arrow timestamp[us, UTC]; infinities as for Timestamp
)

var kindNames = map[Kind]string{
	Bool: "bool", Int16: "int16", Int32: "int32", Int64: "int64", Float32: "float32", Float64: "float64",
	Decimal: "decimal", Text: "text", JSON: "json", UUID: "uuid", Bytes: "bytes", Date: "date", Time: "time",
	Timestamp: "timestamp", TimestampTZ: "timestamptz",
}

// String is the name used in project files.
func (k Kind) String() string { return kindNames[k] }

// A Type is a Kind, with precision and scale where the kind is Decimal.
type Type struct {
	Kind             Kind
	Precision, Scale int
}

// String is the form used in project files: "int64", "decimal(12,2)".
func (t Type) String() string {
	if t.Kind == Decimal {
		return fmt.Sprintf("decimal(%d,%d)", t.Precision, t.Scale)
	}
	return t.Kind.String()
}

var decimalForm = regexp.MustCompile(`^decimal\((\d{1,2}), ?(\d{1,2})\)$`)

// ParseType reads what Type.String writes.
func ParseType(s string) (Type, error) {
	if m := decimalForm.FindStringSubmatch(s); m != nil {
		p, _ := strconv.Atoi(m[1]) // the expression admits digits only
		scale, _ := strconv.Atoi(m[2])
		if p < 1 || p > 38 || scale > p {
			return Type{}, fmt.Errorf("%s: precision is 1 to 38 and scale at most the precision", s)
		}
		return Type{Kind: Decimal, Precision: p, Scale: scale}, nil
	}
	for k, name := range kindNames {
		if name == s && k != Decimal {
			return Type{Kind: k}, nil
		}
	}
	return Type{}, fmt.Errorf("%q is not a type; the types are bool, int16, int32, int64, float32, float64, "+
		"decimal(p,s), text, json, uuid, bytes, date, time, timestamp, timestamptz", s)
}

// SQL is the type's name in the SQL of models and of queries over slices. JSON and
// UUID are text there too: Redshift has neither, and the text is what the source
// wrote.
func (t Type) SQL() string {
	switch t.Kind {
	case Bool:
		return "BOOLEAN"
	case Int16:
		return "SMALLINT"
	case Int32:
		return "INTEGER"
	case Int64:
		return "BIGINT"
	case Float32:
		return "FLOAT"
	case Float64:
		return "DOUBLE"
	case Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case Text, JSON, UUID:
		return "VARCHAR"
	case Bytes:
		return "BLOB"
	case Date:
		return "DATE"
	case Time:
		return "TIME"
	case Timestamp:
		return "TIMESTAMP"
	case TimestampTZ:
		return "TIMESTAMPTZ"
	}
	panic(fmt.Sprintf("archwire: no SQL type for kind %d", t.Kind))
}

// Arrow is the form in which a Batch carries values of this type.
func (t Type) Arrow() arrow.DataType {
	switch t.Kind {
	case Bool:
		return arrow.FixedWidthTypes.Boolean
	case Int16:
		return arrow.PrimitiveTypes.Int16
	case Int32:
		return arrow.PrimitiveTypes.Int32
	case Int64:
		return arrow.PrimitiveTypes.Int64
	case Float32:
		return arrow.PrimitiveTypes.Float32
	case Float64:
		return arrow.PrimitiveTypes.Float64
	case Decimal:
		return &arrow.Decimal128Type{Precision: int32(t.Precision), Scale: int32(t.Scale)} //nolint:gosec // at most 38
	case Text, JSON, UUID:
		return arrow.BinaryTypes.String
	case Bytes:
		return arrow.BinaryTypes.Binary
	case Date:
		return arrow.FixedWidthTypes.Date32
	case Time:
		return arrow.FixedWidthTypes.Time64us
	case Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case TimestampTZ:
		return arrow.FixedWidthTypes.Timestamp_us
	}
	panic(fmt.Sprintf("archwire: no arrow form for kind %d", t.Kind))
}

// A Column is one column of a Table.
type Column struct {
	Name     string
	Type     Type   // the form in which it is copied
	Nullable bool   // the source admits NULL
	Origin   string // the type as the source names it: "numeric(12,2)", "claim_status"
	Cast     bool   // Type was declared by the project and differs from the source's natural one
	Ordinal  int    // the source's number for the column, which a new name does not change and no later column gets; 0 when it has none
	Refused  string // why Origin has no exact Type and what to declare instead; "" when it has one
}

// A Table is a table of a source, as the source describes it (Source.Tables) or
// as the project declares it (what is to be copied).
type Table struct {
	Source  string // the project's name of the source; the schema of the copy
	Name    string // the name of the copy within that schema
	Schema  string // where it lies in the source
	Origin  string // its name in the source
	Form    string // of files: which ones they are and how they are written, as internal/fileform writes it; "" of a database
	Columns []Column
	Key     []string // the primary key's columns, in its order; empty when there is none
	View    bool     // a view: copied only for those who declare it
	Rows    int64    // the source's estimate; -1 when it has none
	Bytes   int64    // the source's estimate; -1 when it has none
	Tenant  string   // the column that says whose a row is; "" when rows are everybody's
	Deleted string   // the column, one of Columns, that marks a row as deleted, by true or by any value that is not NULL; "" when none does

	Sync SyncHint // what discover proposes
}

// A SyncHint is how discover proposes to keep a table current, and why.
type SyncHint struct {
	Mode    string // full, append, cursor, tracking or checksum
	Cursor  string // the column for append and cursor
	Deletes string // sweep, soft or none
	Deleted string // with soft, the column that marks deleted rows
	Reason  string // one clause, written beside the proposal as a comment; without Mode, why no column could be told
}

// ID is the name of the copy: source.table.
func (t Table) ID() string { return t.Source + "." + t.Name }

// Column returns the column of that name.
func (t Table) Column(name string) (Column, bool) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

// Definition is a digest of what the copy of t holds: source, columns, key, and how
// files are read. A copy made under another definition is made anew.
func (t Table) Definition() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q", t.Schema, t.Origin, t.Key, t.Deleted)
	for _, c := range t.Columns {
		fmt.Fprintf(h, " %q %s", c.Name, c.Type)
	}
	if t.Form != "" {
		fmt.Fprintf(h, " %q", t.Form)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// KeyTable is t with the columns of its key only, in the key's order.
func (t Table) KeyTable() Table {
	columns := make([]Column, 0, len(t.Key))
	for _, k := range t.Key {
		if c, ok := t.Column(k); ok {
			columns = append(columns, c)
		}
	}
	t.Columns = columns
	return t
}

// ArrowSchema is the schema of every Batch of t.
func (t Table) ArrowSchema() *arrow.Schema {
	fields := make([]arrow.Field, len(t.Columns))
	for i, c := range t.Columns {
		fields[i] = arrow.Field{Name: c.Name, Type: c.Type.Arrow(), Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// Quote writes an identifier so that SQL reads it to the letter.
func Quote(identifier string) string {
	return `"` + strings.ReplaceAll(identifier, `"`, `""`) + `"`
}

// QuoteName quotes each part of a dotted name: rcm.payer becomes "rcm"."payer".
func QuoteName(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = Quote(p)
	}
	return strings.Join(parts, ".")
}
