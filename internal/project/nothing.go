package project

import (
	"fmt"

	"archwire"
)

// nothingToCopy says why there is no table to propose.
func nothingToCopy(name, engine string, proposals []proposal) error {
	e := &archwire.Error{
		Code: archwire.NotFound, Message: "source " + name + " has no table that its user may read",
		Hint: "Check which database the dsn names, and grant its user SELECT on the tables to copy.",
	}
	switch {
	case len(proposals) > 0 && engine == EngineFiles:
		p := proposals[0]
		e.Message = fmt.Sprintf("source %s has %d kinds of files, none of which can be read; the first is %s: %s", name, len(proposals), p.table.Origin, p.why)
		e.Hint = "Have them sent as CSV, NDJSON or Parquet, or write sources/" + name + ".yaml by hand; docs/guide/files.md says how."
	case len(proposals) > 0:
		p := proposals[0]
		e.Message = fmt.Sprintf("source %s has %d tables and views, none of which is copied by itself; the first is %s: %s",
			name, len(proposals), originName(p.table.Schema, p.table.Origin), p.why)
		e.Hint = "Write sources/" + name + ".yaml by hand; docs/reference/project.md says how a column is cast or left out, and how a view is copied."
	case engine == EngineFiles:
		e.Message = "source " + name + " has no file that could be a table: none that holds anything ends in .csv, .tsv, .psv, .txt, .ndjson, .jsonl or .parquet, with .gz or .zst behind it or not"
		e.Hint = "Check the folder or prefix that the dsn names; a relative folder is counted from the project."
	}
	return e
}
