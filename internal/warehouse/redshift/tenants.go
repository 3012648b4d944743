package redshift

import (
	"fmt"
	"strconv"
	"strings"

	"archwire"
)

// The tables of one session in which a statement finds lists that may be long, and
// what is computed before it takes the place of something. Nobody else sees them.
const (
	wantedTable     = `"archwire wanted"`     // tenants asked for
	recomputedTable = `"archwire recomputed"` // new rows of a model
	differingTable  = `"archwire differing"`  // tenants whose rows changed
)

// createWanted makes the table of tenants: n is the place of each in the list.
func createWanted(t archwire.Type) (string, error) {
	name, err := columnType(t)
	return "CREATE TEMP TABLE " + wantedTable + " (n INTEGER NOT NULL, tenant " + name + " NOT NULL)", err
}

// want lists tenants in wantedTable. Whoever had the session before may have left one.
func want(l link, tenants []string, t archwire.Type) error {
	create, err := createWanted(t)
	if err != nil {
		return err
	}
	l.later("DROP TABLE IF EXISTS "+wantedTable, create)
	l.later(fillWanted(tenants, t)...)
	return nil
}

// fillWanted lists tenants in wantedTable. Those that are no value of the type have no
// rows and are left out.
func fillWanted(tenants []string, t archwire.Type) (statements []string) {
	var rows strings.Builder
	flush := func() {
		if rows.Len() > 0 {
			statements = append(statements, "INSERT INTO "+wantedTable+" VALUES "+rows.String())
			rows.Reset()
		}
	}
	for i, tenant := range tenants {
		value, ok := tenantValue(tenant, t)
		if !ok {
			continue
		}
		if rows.Len()+len(value) > mostStatement {
			flush()
		}
		if rows.Len() > 0 {
			rows.WriteString(", ")
		}
		fmt.Fprintf(&rows, "(%d, %s)", i, value)
	}
	flush()
	return statements
}

// tenantValue is a tenant as a constant of the type of its column. ok is false where
// it is no value of it.
func tenantValue(tenant string, t archwire.Type) (value string, ok bool) {
	bits := map[archwire.Kind]int{archwire.Int16: 16, archwire.Int32: 32, archwire.Int64: 64}[t.Kind]
	switch {
	case bits > 0:
		n, err := strconv.ParseInt(tenant, 10, bits)
		return strconv.FormatInt(n, 10), err == nil
	case t.Kind == archwire.Text || t.Kind == archwire.UUID || t.Kind == archwire.JSON:
		return literal(tenant), textFits(tenant) == nil
	case t.Kind == archwire.Date:
		_, err := archwire.ParseDay(tenant)
		return "DATE " + literal(tenant), err == nil
	}
	return "", false
}

// tenantKind refuses a tenant column of a type by which tenants cannot be told.
func tenantKind(relation string, c archwire.Column) error {
	switch c.Type.Kind { //nolint:exhaustive // the rest are refused
	case archwire.Int16, archwire.Int32, archwire.Int64, archwire.Text, archwire.UUID, archwire.JSON, archwire.Date:
		return nil
	}
	return &archwire.Error{
		Code: archwire.Invalid, Message: fmt.Sprintf("%s: the tenant column %s is a %s, by which tenants cannot be told on Redshift", relation, c.Name, c.Type),
		Hint: "Take a whole number, a text or a date for the tenant.",
	}
}

// exact is an expression that is equal for equal values only: Redshift takes texts
// that differ in blanks at their end for equal (Character types, Significance of
// trailing blanks).
func exact(name string, t archwire.Type) string {
	if isText(t) {
		return name + " || '.'"
	}
	return name
}

func isText(t archwire.Type) bool {
	return t.Kind == archwire.Text || t.Kind == archwire.UUID || t.Kind == archwire.JSON
}

// among is the condition that a column holds a tenant of a table. The plain form of
// it is there for what Redshift skips by it.
func among(name string, t archwire.Type, table string) string {
	in := name + " IN (SELECT tenant FROM " + table + ")"
	if isText(t) {
		in += " AND " + exact(name, t) + " IN (SELECT " + exact("tenant", t) + " FROM " + table + ")"
	}
	return in
}

// outside is the condition that it holds none of them, or is NULL.
func outside(name string, t archwire.Type, table string) string {
	return "(" + name + " IS NULL OR " + exact(name, t) + " NOT IN (SELECT " + exact("tenant", t) + " FROM " + table + "))"
}
