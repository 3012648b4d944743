package redshift

import "archwire"

// ColumnType is Redshift's type for values of one of ours.
func ColumnType(t archwire.Type) (string, error) { return columnType(t) }
