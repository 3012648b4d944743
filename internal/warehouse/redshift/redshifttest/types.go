package redshifttest

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// A columnType is a type, as PostgreSQL keeps it.
type columnType struct {
	pg    string
	bytes int // the most that a text or a VARBYTE may have; 0 without a bound
	eight int // 10 to the power of the scale if the value is kept in eight bytes as Redshift keeps DECIMAL(19,s); 0 otherwise
	ascii bool
}

// The numbers by which types are known on the wire.
const (
	varcharOID = 1043
	textOID    = 25
	jsonbOID   = 3802
	byteaOID   = 17
	superOID   = 4000
	varbyteOID = 6551
	realOID    = 700
	doubleOID  = 701
)

// plain are the types that PostgreSQL has under the same name (Data types).
var plain = map[string]string{
	"smallint": "smallint", "int2": "smallint", "integer": "integer", "int": "integer", "int4": "integer", "bigint": "bigint", "int8": "bigint",
	"real": "real", "float4": "real", "float": "double precision", "float8": "double precision", "boolean": "boolean", "bool": "boolean",
	"date": "date", "timestamptz": "timestamptz", "timetz": "timetz", "super": "jsonb", "name": "name",
}

// longest are the bytes that a type may hold, and what it holds if a statement does
// not say (Character types; VARBYTE type).
var longest = map[string]struct{ most, default_ int }{
	"varchar": {65535, 256}, "nvarchar": {65535, 256}, "char": {4096, 1}, "character": {4096, 1}, "nchar": {4096, 1},
	"varbyte": {1024000, 64000}, "varbinary": {1024000, 64000},
}

// missing are types of PostgreSQL that Redshift has not (Unsupported PostgreSQL data
// types).
const missing = " array bit varbit bytea cidr inet macaddr json jsonb money serial bigserial oid uuid xml point line lseg box path polygon circle tsvector tsquery int4range int8range numrange tsrange tstzrange daterange hstore "

// columnType reads a type.
func (c *cursor) columnType() (columnType, error) {
	name := c.next().lower()
	out, err := c.typeNamed(name)
	if err != nil {
		return out, err
	}
	if c.peek(0).is("[") || c.peek(0).is("array") {
		return out, failed("0A000", "array types are not supported", "Unsupported PostgreSQL data types")
	}
	return out, nil
}

func (c *cursor) typeNamed(name string) (columnType, error) {
	if strings.Contains(missing, " "+name+" ") {
		return columnType{}, failed("0A000", fmt.Sprintf("Column type %q is not supported", name), "Unsupported PostgreSQL data types")
	}
	if pg := plain[name]; pg != "" {
		return columnType{pg: pg}, nil
	}
	switch name {
	case "double":
		return columnType{pg: "double precision"}, c.must("precision")
	case "timestamp", "time":
		if c.take("with time zone") {
			name += "tz"
		}
		c.take("without time zone")
		return columnType{pg: name}, nil
	case "text", "bpchar":
		// They become VARCHAR(256) and CHAR(256) without a word (Character types).
		if name == "text" {
			return columnType{pg: "varchar(256)", bytes: 256}, nil
		}
		return columnType{pg: "char(256)", bytes: 256, ascii: true}, nil
	case "decimal", "numeric":
		return c.decimal()
	case "character", "char", "nchar", "varchar", "nvarchar", "varbyte", "varbinary":
		return c.sized(name)
	case "binary":
		if c.take("varying") {
			return c.sized("varbyte")
		}
	}
	return columnType{}, failed("42704", fmt.Sprintf("type %q does not exist", name), "Data types")
}

// decimal reads [(precision [, scale])]: 18 and 0 if it does not say, 38 and 37 at the
// most (Numeric types).
func (c *cursor) decimal() (columnType, error) {
	args, err := c.numbers(18, 0)
	if err != nil {
		return columnType{}, err
	}
	p, s := args[0], args[1]
	if p < 1 || p > 38 || s < 0 || s > 37 || s > p {
		return columnType{}, failed("22023", fmt.Sprintf("NUMERIC precision %d must be between 1 and 38", p), "Numeric types")
	}
	out := columnType{pg: fmt.Sprintf("numeric(%d,%d)", p, s)}
	if p == 19 {
		out.eight = s + 1
	}
	return out, nil
}

// sized reads [VARYING] [(n | MAX)].
func (c *cursor) sized(name string) (columnType, error) {
	if (name == "character" || name == "char") && c.take("varying") {
		name = "varchar"
	}
	bound := longest[name]
	n := bound.default_
	if c.peek(0).is("(") {
		if c.peek(1).is("max") {
			c.at += 3
			n = bound.most
		} else {
			args, err := c.numbers(n)
			if err != nil {
				return columnType{}, err
			}
			n = args[0]
		}
	}
	if n < 1 || n > bound.most {
		return columnType{}, failed("22023", fmt.Sprintf("length for type %s cannot exceed %d", name, bound.most), "Character types")
	}
	switch name {
	case "varbyte", "varbinary":
		return columnType{pg: "bytea", bytes: n}, nil
	case "varchar", "nvarchar":
		return columnType{pg: fmt.Sprintf("varchar(%d)", n), bytes: n}, nil
	}
	return columnType{pg: fmt.Sprintf("char(%d)", n), bytes: n, ascii: true}, nil
}

// numbers reads numbers in parentheses in place of those that hold without.
func (c *cursor) numbers(otherwise ...int) ([]int, error) {
	if !c.peek(0).is("(") {
		return otherwise, nil
	}
	inside, err := c.group()
	if err != nil {
		return nil, err
	}
	for i, one := range split(inside, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(written(one)))
		if err != nil || i >= len(otherwise) {
			return nil, failed("42601", "syntax error in the size of a type", "Data types")
		}
		otherwise[i] = n
	}
	return otherwise, nil
}

// described are columns as Redshift describes them: text is VARCHAR.
func described(fields []pgconn.FieldDescription) []pgproto3.FieldDescription {
	var out []pgproto3.FieldDescription
	for _, f := range fields {
		oid := f.DataTypeOID
		switch oid {
		case textOID:
			oid = varcharOID
		case jsonbOID:
			oid = superOID
		case byteaOID:
			oid = varbyteOID
		}
		out = append(out, pgproto3.FieldDescription{Name: []byte(f.Name), DataTypeOID: oid, DataTypeSize: f.DataTypeSize, TypeModifier: f.TypeModifier})
	}
	return out
}

// spelling are values as Redshift writes them: VARBYTE in hexadecimal digits without
// a prefix (VARBYTE type), and floating-point numbers, once extra_float_digits is 2, with
// two digits more than are sure, which is 8 of REAL and 17 of DOUBLE PRECISION
// (extra_float_digits): not all numbers of REAL come back from 8.
func (s *session) spelling(fields []pgconn.FieldDescription, values [][]byte) [][]byte {
	for i, v := range values {
		switch oid := fields[i].DataTypeOID; {
		case v == nil:
		case oid == byteaOID:
			values[i] = v[2:] // behind \x
		case oid == realOID && s.settings[allDigits] != "":
			values[i] = digits(v, 8)
		case oid == doubleOID && s.settings[allDigits] != "":
			values[i] = digits(v, 17)
		}
	}
	return values
}

// digits spells a number with so many digits.
func digits(v []byte, n int) []byte {
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return v
	}
	return strconv.AppendFloat(nil, f, 'g', n, 64)
}
