package project

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"archwire"
)

// modelSpec describes the comment at the head of models/<folder>/<file>.sql.
func modelSpec(m *archwire.Model) spec {
	return spec{Name: KindModel, Doc: "The comment /* archwire ... */ at the head of models/<folder>/<file>.sql.", Fields: []field{
		{"description", "What a row is.", true, "", text{&m.Description, anyText()}},
		{"key", "The columns that identify a row; [] for a single row.", true, "", list{&m.Key, "column"}},
		{"tenant", "The column that says which tenant a row belongs to.", false, "rows belong to no tenant", text{&m.Tenant, anyText()}},
		{"materialized", "How a warehouse with materialized views of its own keeps the model: as a table that is refreshed by tenant, as a view, or auto: as a view where the warehouse refreshes it incrementally. DuckDB keeps a table.", false, "table", choice[archwire.Materialization]{
			&m.Materialized, "materialization", []archwire.Materialization{archwire.AsTable, archwire.AsView, archwire.AsFits},
		}},
		{"auto_refresh", "Whether such a warehouse may refresh the model between runs, too; it is a view then.", false, "false", boolean{&m.AutoRefresh}},
	}}
}

// checkSpec describes the comment at the head of checks/<file>.sql.
func checkSpec(c *archwire.Check) spec {
	return spec{Name: KindCheck, Doc: "The comment /* archwire ... */ at the head of checks/<file>.sql. The query must return no row.", Fields: []field{
		{"description", "What a row that it returns would mean.", true, "", text{&c.Description, anyText()}},
	}}
}

const (
	headerOpen  = "/* archwire"
	headerClose = "*/"
)

// sqlFile is a SQL file taken apart.
type sqlFile struct {
	header *yaml.Node // a mapping
	sql    string
	line   int // where sql starts
}

// takeApart splits a SQL file into its header and its query, or complains.
func takeApart(file string, content []byte, complaints *Complaints) (sqlFile, bool) {
	before := content[:len(content)-len(bytes.TrimLeft(content, " \t\r\n"))]
	rest, ok := bytes.CutPrefix(content[len(before):], []byte(headerOpen))
	line := 1 + bytes.Count(before, []byte("\n"))
	if !ok {
		complaints.add(file, line, "", "does not begin with a comment /* archwire ... */ that describes it; add one above the query")
		return sqlFile{}, false
	}
	header, query, ok := bytes.Cut(rest, []byte(headerClose))
	if !ok {
		complaints.add(file, line, "", "the comment /* archwire has no end; close it with */")
		return sqlFile{}, false
	}
	// The lines above the header are kept empty, so that the parser's line
	// numbers are those of the file.
	padded := append(bytes.Repeat([]byte("\n"), line-1), header...)
	docs := documents(file, padded, complaints)
	if len(docs) > 1 {
		complaints.add(file, docs[1].Line, "", "the comment /* archwire holds two documents; keep one")
		return sqlFile{}, false
	}
	f := sqlFile{header: &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: line}}
	if len(docs) == 1 {
		f.header = docs[0]
	}
	f.line = line + bytes.Count(header, []byte("\n"))
	trimmed := bytes.TrimLeft(query, " \t\n")
	f.line += bytes.Count(query[:len(query)-len(trimmed)], []byte("\n"))
	f.sql = strings.TrimRight(string(trimmed), " \t\n;")
	if f.sql == "" {
		complaints.add(file, f.line, "", "holds no query; write one below the comment")
		return sqlFile{}, false
	}
	return f, true
}
