package redshift

import (
	"fmt"
	"strings"

	"archwire"
)

// stored are the columns that a table of t's shape has.
func stored(t archwire.Table) []archwire.Column {
	if len(t.Columns) == 0 {
		return []archwire.Column{{Name: archwire.NoColumns, Type: archwire.Type{Kind: archwire.Bool}, Nullable: true}}
	}
	return t.Columns
}

// fits says whether Redshift can hold a table of t's shape.
func fits(t archwire.Table) error {
	if err := named("the schema "+t.Source, t.Source); err != nil {
		return err
	}
	if err := named("the table "+t.ID(), t.Name); err != nil {
		return err
	}
	if len(t.Columns) > 1600 {
		return &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%s has %d columns; Redshift holds 1,600", t.ID(), len(t.Columns)),
			Hint: "Leave some of them out of the table's columns in the source's file.",
		}
	}
	seen := map[string]string{}
	for _, c := range t.Columns {
		lower := folded(c.Name)
		if other, ok := seen[lower]; ok {
			return &archwire.Error{
				Code: archwire.Invalid, Message: fmt.Sprintf("%s: the columns %s and %s differ by case only, which queries do not tell apart", t.ID(), other, c.Name),
				Hint: "Leave one of them out of the table's columns in the source's file.",
			}
		}
		seen[lower] = c.Name
		if err := named("the column "+c.Name+" of "+t.ID(), c.Name); err != nil {
			return err
		}
		if _, err := columnType(c.Type); err != nil {
			return &archwire.Error{Code: archwire.CodeOf(err), Message: t.ID() + ", column " + c.Name + ": " + archwire.MessageOf(err), Hint: archwire.HintOf(err)}
		}
	}
	return nil
}

// createTable is the statement that makes a table of t's shape, which fits. Nothing is
// declared unique: Redshift would believe it and not enforce it (Defining table
// constraints).
func createTable(name string, columns []archwire.Column, attributes string) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		t, _ := columnType(c.Type) // fits has asked
		list[i] = archwire.Quote(c.Name) + " " + t
	}
	return "CREATE TABLE " + name + " (" + strings.Join(list, ", ") + ")" + attributes
}

// columnList names columns as a query's list, of a relation if one is given.
func columnList(of string, columns []archwire.Column) string {
	if of != "" {
		of += "."
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = of + archwire.Quote(c.Name)
	}
	return strings.Join(names, ", ")
}
