package redshift

import (
	"fmt"
	"strconv"
	"strings"

	"archwire"
)

// catalogQuery lists the columns of relations, which are given as schema.name in lower
// case, in their order (Amazon Redshift Database Developer Guide, SVV_COLUMNS).
func catalogQuery(relations []string) string {
	names := make([]string, len(relations))
	for i, r := range relations {
		names[i] = literal(r)
	}
	return "SELECT table_schema, table_name, column_name, data_type, numeric_precision, numeric_scale" +
		" FROM svv_columns WHERE LOWER(table_schema || '.' || table_name) IN (" + strings.Join(names, ", ") + ")" +
		" ORDER BY table_schema, table_name, ordinal_position"
}

// catalogTypes are our types for those of the catalog. SUPER has none: it is not the
// text that it was made of.
var catalogTypes = map[string]archwire.Kind{
	"boolean": archwire.Bool, "smallint": archwire.Int16, "integer": archwire.Int32, "bigint": archwire.Int64,
	"real": archwire.Float32, "double precision": archwire.Float64,
	"character varying": archwire.Text, "character": archwire.Text,
	"binary varying": archwire.Bytes, "varbyte": archwire.Bytes,
	"date": archwire.Date, "time without time zone": archwire.Time,
	"timestamp without time zone": archwire.Timestamp, "timestamp with time zone": archwire.TimestampTZ,
}

// catalogType is the type of a column of the catalog. ok is false where none of ours
// is it.
func catalogType(name, precision, scale string) (t archwire.Type, ok bool) {
	if name == "numeric" {
		t.Kind = archwire.Decimal
		var err error
		if t.Precision, err = strconv.Atoi(precision); err != nil {
			return t, false
		}
		t.Scale, err = strconv.Atoi(scale)
		return t, err == nil
	}
	kind, ok := catalogTypes[strings.ToLower(name)]
	return archwire.Type{Kind: kind}, ok
}

// columnType is the type that a column of a model's table has.
func columnType(t archwire.Type) string {
	switch t.Kind { //nolint:exhaustive // the rest have the names of the common subset
	case archwire.Float32:
		return "REAL"
	case archwire.Float64:
		return "DOUBLE PRECISION"
	case archwire.Text, archwire.JSON, archwire.UUID:
		return "VARCHAR(65535)"
	case archwire.Bytes:
		return "VARBYTE(1024000)"
	case archwire.Decimal:
		if t.Precision == 19 { // 19 digits lie in 8 bytes, which do not hold all of them
			return fmt.Sprintf("DECIMAL(20,%d)", t.Scale)
		}
	}
	return t.SQL()
}
