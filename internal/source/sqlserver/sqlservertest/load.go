package sqlservertest

import "iter"

// Load adds rows to a table of a database at once, for tables too large for
// INSERT. Values are those of wire.Type for the table's columns, in their order.
func (s *Server) Load(database, table string, rows iter.Seq[[]any]) (int64, error) {
	return s.engine.Load(database, table, rows)
}
