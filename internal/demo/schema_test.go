package demo_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/demo"
)

// counterparts are the types of SQL Server that hold what a column's type of
// PostgreSQL holds; a length stays as it is.
var counterparts = map[string][]string{
	"bigint": {"bigint"}, "smallint": {"smallint", "tinyint"}, "boolean": {"bit"}, "date": {"date"},
	"timestamp": {"datetime2(6)"}, "timestamptz": {"datetimeoffset(6)"},
	"text": {"nvarchar(100)", "nvarchar(200)", "nvarchar(max)"}, "text[]": {"nvarchar(max)"}, "bigint[]": {"nvarchar(max)"},
	"appointment_status": {"varchar(12)"},
}

// TestBothSchemasOfPMSSayTheSame compares tables, columns, their order, types,
// keys and which may be NULL.
func TestBothSchemasOfPMSSayTheSame(t *testing.T) {
	t.Parallel()
	postgres, server := declared(demo.PMSSchema), declared(demo.PMSSQLServerSchema)
	if len(postgres) != 13 {
		t.Fatalf("the schema of PostgreSQL was read as %d tables", len(postgres))
	}
	for table, columns := range postgres {
		for i, c := range columns {
			types := counterparts[c.kind]
			if length, ok := strings.CutPrefix(c.kind, "varchar"); ok {
				types = []string{c.kind, "nvarchar" + length}
			} else if strings.HasPrefix(c.kind, "char(") {
				types = []string{c.kind}
			}
			for _, kind := range types {
				if i < len(server[table]) && server[table][i].kind == kind {
					columns[i].kind = kind
				}
			}
		}
	}
	if diff := cmp.Diff(postgres, server); diff != "" {
		t.Errorf("the schemas differ (-PostgreSQL, +SQL Server):\n%s", diff)
	}
}

type declaredColumn struct {
	name, kind    string
	required, key bool
}

// String makes differences readable.
func (c declaredColumn) String() string { return c.name + " " + c.kind }

// Equal lets cmp look into it.
func (c declaredColumn) Equal(o declaredColumn) bool { return c == o }

var (
	tableLine  = regexp.MustCompile(`(?m)^create table (?:dbo\.)?(\w+) \(\n((?:    .*\n)+)\);`)
	columnLine = regexp.MustCompile(`(?m)^    (\w+) +([\w\[\]]+(?:\([0-9a-z,]+\))?)(.*?),?$`)
)

// declared reads the columns of all tables of a schema, by its layout.
func declared(schema string) map[string][]declaredColumn {
	tables := map[string][]declaredColumn{}
	for _, table := range tableLine.FindAllStringSubmatch(schema, -1) {
		for _, c := range columnLine.FindAllStringSubmatch(table[2], -1) {
			key := strings.Contains(c[3], "primary key")
			tables[table[1]] = append(tables[table[1]], declaredColumn{c[1], c[2], key || strings.Contains(c[3], "not null"), key})
		}
	}
	return tables
}
