package sqlservertest

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestDriverReadsEveryType writes a literal of each type and reads it back: what
// the driver says of the column, and the value.
func TestDriverReadsEveryType(t *testing.T) {
	t.Parallel()
	db := open(t, Start(t, Options{}).Database())
	for _, c := range []struct{ typ, literal, name, want string }{
		{"bit", "1", "BIT", "true"},
		{"tinyint", "255", "TINYINT", "255"},
		{"smallint", "-32768", "SMALLINT", "-32768"},
		{"int", "-2147483648", "INT", "-2147483648"},
		{"bigint", "-9223372036854775808", "BIGINT", "-9223372036854775808"},
		{"decimal(38,10)", "-1234567890123456789012345678.0123456789", "DECIMAL", "-1234567890123456789012345678.0123456789"},
		{"numeric(5,0)", "-99999", "DECIMAL", "-99999"}, // the driver has one name for both
		{"money", "-922337203685477.5808", "MONEY", "-922337203685477.5808"},
		{"smallmoney", "214748.3647", "SMALLMONEY", "214748.3647"},
		{"float", "1E-300", "FLOAT", "1e-300"},
		{"real", "-2.5", "REAL", "-2.5"},
		{"date", "'0001-01-01'", "DATE", "0001-01-01T00:00:00Z"},
		{"time(7)", "'23:59:59.9999999'", "TIME", "0001-01-01T23:59:59.9999999Z"},
		{"smalldatetime", "'2079-06-06 23:59'", "SMALLDATETIME", "2079-06-06T23:59:00Z"},
		{"datetime", "'1753-01-01 00:00:00.003'", "DATETIME", "1753-01-01T00:00:00.003Z"},
		{"datetime2(7)", "'9999-12-31 23:59:59.9999999'", "DATETIME2", "9999-12-31T23:59:59.9999999Z"},
		{"datetime2(0)", "'2026-01-02 03:04:05'", "DATETIME2", "2026-01-02T03:04:05Z"},
		{"datetimeoffset(3)", "'2026-01-02 03:04:05.678 -02:30'", "DATETIMEOFFSET", "2026-01-02T03:04:05.678-02:30"},
		{"char(5)", "'ab'", "CHAR", "ab   "},
		{"varchar(20)", "'Zoë €'", "VARCHAR", "Zoë €"},
		{"varchar(20) collate Cyrillic_General_CI_AS", "N'Мир'", "VARCHAR", "Мир"},
		{"varchar(20) collate Latin1_General_100_CI_AS_SC_UTF8", "N'日本 😀'", "NVARCHAR", "日本 😀"}, // the driver does not ask for UTF-8
		{"varchar(max)", "REPLICATE(CONVERT(varchar(max), 'x'), 9000)", "VARCHAR", strings.Repeat("x", 9000)},
		{"nchar(5)", "N'日'", "NCHAR", "日    "},
		{"nvarchar(20)", "N'😀 it''s'", "NVARCHAR", "😀 it's"},
		{"nvarchar(max)", "N''", "NVARCHAR", ""},
		{"text", "'old'", "TEXT", "old"},
		{"ntext", "N'old 日'", "NTEXT", "old 日"},
		{"image", "0x00FF", "IMAGE", "00ff"},
		{"binary(4)", "0x01", "BINARY", "01000000"},
		{"varbinary(10)", "0x", "VARBINARY", ""},
		{"varbinary(max)", "0xDEADBEEF", "VARBINARY", "deadbeef"},
		{"uniqueidentifier", "'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6'", "UNIQUEIDENTIFIER", "ae4f1df8ec7dd011a76500a0c91e6bf6"}, // as it is stored
		{"xml", "'<a>b</a>'", "XML", "<a>b</a>"},
		{"sql_variant", "CONVERT(decimal(5,2), 1.5)", "SQL_VARIANT", "1.50"},
		{"hierarchyid", "'/1/2/'", "HIERARCHYID", "5b40"}, // 01011 01101
	} {
		exec(t, db, "create table dbo.t (x "+c.typ+" null); insert dbo.t values ("+c.literal+"), (null)")
		name, got := readBack(t, db)
		if got[0] != c.want || got[1] != "NULL" || !strings.EqualFold(name, c.name) {
			t.Errorf("%s of %.50s: %s, %.80q, want %s, %.80q", c.typ, c.literal, name, got, c.name, c.want)
		}
		exec(t, db, "drop table dbo.t")
	}
}

func readBack(t *testing.T, db *sql.DB) (name string, values []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "select x from dbo.t")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err is looked at
	types, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var v any
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		values = append(values, text(v, types[0].DatabaseTypeName()))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return types[0].DatabaseTypeName(), values
}

func text(v any, typ string) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case []byte:
		switch typ {
		case "DECIMAL", "MONEY", "SMALLMONEY", "SQL_VARIANT":
			return string(v)
		}
		return hex.EncodeToString(v)
	}
	return fmt.Sprint(v)
}

func TestHalvesOfSurrogatePairsStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	db := open(t, Start(t, Options{}).Database())
	exec(t, db, "create table dbo.t (x nvarchar(10)); insert dbo.t values (N'a' + NCHAR(0xD83D)), (N'a' + NCHAR(0xD83D) + NCHAR(0xDE00))")
	var hexes []string
	rows, err := db.QueryContext(t.Context(), "select convert(varchar(20), convert(varbinary(20), x), 2) from dbo.t")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err is looked at
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		hexes = append(hexes, s)
	}
	if err := rows.Err(); err != nil || strings.Join(hexes, " ") != "61003DD8 61003DD800DE" {
		t.Errorf("got %v %v", hexes, err)
	}
	if _, values := readBack(t, db); values[0] != "a\uFFFD" || values[1] != "a😀" {
		t.Errorf("the driver read %q", values)
	}
}
