package redshift

import (
	"fmt"
	"strings"

	"archwire"
)

// What a warehouse on Redshift cannot keep is known before there is one: each of these
// gives an error of code Invalid, with what to do, or nil.

// CheckTable says why there can be no copy of t.
func CheckTable(t archwire.Table) error { return fits(t) }

// CheckModel says why a model with these columns cannot be kept, as a view or as a
// table. Whether its query can be a view is not looked at.
func CheckModel(m archwire.Model, columns []archwire.Column, asView bool) error {
	schema, name, _ := strings.Cut(m.Name, ".")
	if asView && len(name) > viewNameBytes {
		return &archwire.Error{
			Code:    archwire.Invalid,
			Message: fmt.Sprintf("the name of the model %s has %d bytes; as a view Redshift holds 1 to %d, behind which the view's number stands", m.Name, len(name), viewNameBytes),
			Hint:    "Give its file a shorter name, or leave materialized and auto_refresh out.",
		}
	}
	err := fits(archwire.Table{Source: schema, Name: name, Columns: columns})
	if e, ok := err.(*archwire.Error); ok { //nolint:errorlint // made by fits
		return &archwire.Error{Code: e.Code, Message: e.Message, Hint: "Change the model: names of columns and casts are in its SQL."}
	}
	return err
}

// CheckTenant says why the tenants of a relation cannot be told by a column.
func CheckTenant(relation string, columns []archwire.Column, tenant string) error {
	if c, ok := columnNamed(columns, tenant); ok {
		return tenantKind(relation, c)
	}
	return nil // others complain of a column that is not there
}

// CheckLayoutKey says why a relation cannot lie by a column, as DISTKEY or in a SORTKEY.
func CheckLayoutKey(relation string, columns []archwire.Column, name string) error {
	c, ok := columnNamed(columns, name)
	if !ok || c.Type.Kind != archwire.Bytes {
		return nil
	}
	return &archwire.Error{
		Code: archwire.Invalid, Message: fmt.Sprintf("%s cannot lie by %s, which is bytes: Redshift takes no VARBYTE for a key", relation, c.Name),
		Hint: "Take another column, or leave it to the planner.",
	}
}
