package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"archwire"
)

// describe asks DuckDB for the columns of a query. To prepare it takes as long as to
// describe it: that is left to queries that need it.
func describe(ctx context.Context, db *sql.DB, text string) ([]archwire.Column, error) {
	columns, err := described(ctx, db, text)
	if err != nil || perhapsNumbered(columns) {
		if twice := distinctNames(ctx, db, trimmed(text)); twice != nil {
			return nil, twice
		}
	}
	return columns, err
}

// perhapsNumbered says whether a query may have given two columns one name: DESCRIBE
// tells them so, or the later one with a number behind it.
func perhapsNumbered(columns []archwire.Column) bool {
	for i, c := range columns {
		last := c.Name[max(0, len(c.Name)-1):]
		for j, other := range columns {
			same := len(c.Name) == len(other.Name) || "0" <= last && last <= "9" && len(c.Name) > len(other.Name)
			if i != j && same && strings.EqualFold(other.Name, c.Name[:len(other.Name)]) {
				return true
			}
		}
	}
	return false
}

// described are the columns of a query. Those that have one name are numbered.
func described(ctx context.Context, db *sql.DB, text string) ([]archwire.Column, error) {
	rows, err := db.QueryContext(ctx, "DESCRIBE "+trimmed(text))
	if err != nil {
		return nil, classify("reading the query", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var columns []archwire.Column
	for rows.Next() {
		var name, kind string
		var null, key, def, extra any
		if err := rows.Scan(&name, &kind, &null, &key, &def, &extra); err != nil {
			return nil, fmt.Errorf("reading the columns of a query: %w", err)
		}
		t, err := typeOf(name, kind)
		if err != nil {
			return nil, err
		}
		columns = append(columns, archwire.Column{Name: name, Type: t, Nullable: true, Origin: kind})
	}
	return columns, classify("reading the query", rows.Err())
}

// distinctNames refuses a query that gives two columns one name. DESCRIBE does
// not show it: it has numbered them by then.
func distinctNames(ctx context.Context, db *sql.DB, text string) error {
	names, err := namesOf(ctx, db, text)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, name := range names {
		if lower := strings.ToLower(name); seen[lower] {
			return &archwire.Error{
				Code: archwire.Invalid, Message: "the query has two columns named " + name, Hint: "Name each column once: ... as other_name.",
			}
		}
		seen[strings.ToLower(name)] = true
	}
	return nil
}

// namesOf are the names of a query's columns, as it gives them.
func namesOf(ctx context.Context, db *sql.DB, text string) ([]string, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close() //nolint:errcheck // read only
	var names []string
	err = conn.Raw(func(c any) error {
		prepared, err := c.(driver.ConnPrepareContext).PrepareContext(ctx, text) //nolint:forcetypeassert // DuckDB's connections are
		if err != nil {
			return err
		}
		defer prepared.Close()                            //nolint:errcheck // nothing was run
		names, err = columnNames(prepared.(*duckdb.Stmt)) //nolint:forcetypeassert // and so are their statements
		return err
	})
	return names, classify("reading the query", err)
}

func columnNames(s *duckdb.Stmt) ([]string, error) {
	n, err := s.ColumnCount()
	if err != nil {
		return nil, err
	}
	names := make([]string, n)
	for i := range names {
		if names[i], err = s.ColumnName(i); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// trimmed is a query in DuckDB's words, without a last semicolon and what
// follows it.
func trimmed(text string) string { return unterminated(dialect(text)) }

// unterminated is a query without a last semicolon and what follows it.
func unterminated(text string) string {
	tokens := lex(text)
	for i, t := range slices.Backward(tokens) {
		if t.kind == blank {
			continue
		}
		if t.text == ";" {
			return join(tokens[:i])
		}
		break
	}
	return text
}

// kinds are DuckDB's types that have one of ours.
var kinds = map[string]archwire.Type{
	"BOOLEAN": {Kind: archwire.Bool},
	"TINYINT": {Kind: archwire.Int16}, "SMALLINT": {Kind: archwire.Int16}, "UTINYINT": {Kind: archwire.Int16},
	"INTEGER": {Kind: archwire.Int32}, "USMALLINT": {Kind: archwire.Int32},
	"BIGINT": {Kind: archwire.Int64}, "UINTEGER": {Kind: archwire.Int64},
	"HUGEINT": {Kind: archwire.Decimal, Precision: 38}, "UBIGINT": {Kind: archwire.Decimal, Precision: 20},
	"FLOAT": {Kind: archwire.Float32}, "DOUBLE": {Kind: archwire.Float64},
	"VARCHAR": {Kind: archwire.Text}, "JSON": {Kind: archwire.Text}, "UUID": {Kind: archwire.Text},
	"BLOB": {Kind: archwire.Bytes}, "DATE": {Kind: archwire.Date}, "TIME": {Kind: archwire.Time},
	"TIMESTAMP": {Kind: archwire.Timestamp}, "TIMESTAMP WITH TIME ZONE": {Kind: archwire.TimestampTZ},
}

// typeOf is our type for DuckDB's name of one.
func typeOf(column, name string) (archwire.Type, error) {
	if t, ok := kinds[name]; ok {
		return t, nil
	}
	if t, err := archwire.ParseType(strings.ToLower(name)); err == nil {
		return t, nil
	}
	return archwire.Type{}, &archwire.Error{
		Code: archwire.Invalid, Message: fmt.Sprintf("the column %s has the type %s, which has no exact form here", column, name),
		Hint: "Cast it to one of bool, int, decimal(p,s), text, date or timestamp.",
	}
}

// normal is a query whose columns have only types that are ours, each DuckDB
// type that is not cast to the one that describe names.
func normal(text string, columns []archwire.Column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = archwire.Quote(c.Name)
		if widened(c.Origin) {
			list[i] = "CAST(" + list[i] + " AS " + c.Type.SQL() + ") AS " + list[i]
		}
	}
	return "SELECT " + strings.Join(list, ", ") + " FROM (" + trimmed(text) + "\n)"
}

// widened says whether a type of DuckDB is held in another one of ours.
func widened(name string) bool {
	switch name {
	case "TINYINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT", "JSON", "UUID":
		return true
	}
	return false
}
