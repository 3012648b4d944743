package model

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/project"
)

// A query is SQL as it stands in a file.
type query struct {
	file  string
	line  int    // where it starts
	field string // "" when the file is the query
	sql   string
	known []string // columns that it could mean
}

// reads asks what each model reads and complains about what is not there.
func (c *checker) reads(ctx context.Context) error {
	for i := range c.project.Models {
		m := &c.project.Models[i]
		reads, ok, err := c.relations(ctx, query{file: m.File, line: m.Line, sql: m.SQL})
		if err != nil {
			return err
		}
		m.Reads = reads
		if !ok {
			c.broken[m.Name] = true
		}
	}
	return nil
}

// relations lists what a query reads. It is false when the query cannot be read
// or reads what is not there, which has been complained about then.
func (c *checker) relations(ctx context.Context, q query) ([]string, bool, error) {
	reads, err := c.sandbox.Reads(ctx, q.sql)
	if err != nil {
		return nil, false, c.statement(err, q)
	}
	known, ok := append(c.project.Relations(), runTable), true
	for i, r := range reads {
		reads[i] = strings.ToLower(r)
		if slices.Contains(known, reads[i]) {
			continue
		}
		ok = false
		c.complaints = append(c.complaints, project.Complaint{
			File: q.file, Line: q.line + lineOf(q.sql, r) - 1, Field: q.field,
			Message: "there is no copied table or model " + r + project.DidYouMean(r, known),
		})
	}
	return reads, ok, nil
}

// lineOf is the line of a query that first names a relation; 1 when it cannot be
// told.
func lineOf(sql, relation string) int {
	parts := strings.Split(relation, ".")
	for i, p := range parts {
		parts[i] = `"?` + regexp.QuoteMeta(p) + `"?`
	}
	for _, spelling := range []string{strings.Join(parts, `\s*\.\s*`), parts[len(parts)-1]} {
		re, err := regexp.Compile(`(?i)(^|[^\w.])` + spelling + `($|\W)`)
		if err != nil {
			continue
		}
		if at := re.FindStringIndex(blank(sql)); at != nil {
			// The character before the name may be the end of the line above.
			return 1 + strings.Count(sql[:at[0]+1], "\n")
		}
	}
	return 1
}

// statement turns the engine's verdict on a query into a complaint; it passes on
// other errors.
func (c *checker) statement(err error, q query) error {
	if archwire.CodeOf(err) != archwire.Invalid {
		return err
	}
	line, message := verdict(err, q)
	c.complaints = append(c.complaints, project.Complaint{File: q.file, Line: line, Field: q.field, Message: message})
	return nil
}

// errorKind is how DuckDB begins its messages, which says nothing to a reader.
var errorKind = regexp.MustCompile(`^[A-Z][A-Za-z ]* Error: `)

// verdict is the line and the text of what the engine says of a query, with what
// to do about it.
func verdict(err error, q query) (line int, message string) {
	line, message = q.line, err.Error()
	if e, ok := errors.AsType[*archwire.SQLError](err); ok {
		message = e.Message
		if e.Line > 0 {
			line += min(e.Line, 1+strings.Count(q.sql, "\n")) - 1
		}
	}
	message = strings.TrimSuffix(errorKind.ReplaceAllString(message, ""), "!")
	if hint := strings.TrimSuffix(archwire.HintOf(err), "."); hint != "" {
		return line, message + "; " + strings.ToLower(hint[:1]) + hint[1:]
	}
	return line, message + suggestion(message, q.known)
}

var missingColumn = regexp.MustCompile(`column "([^"]+)" not found`)

// suggestion finds the column that was probably meant. It reads the engine's
// text for people; nothing else depends on it.
func suggestion(message string, known []string) string {
	m := missingColumn.FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	return project.DidYouMean(m[1], known)
}

// columnsOf lists the columns of relations by name.
func (c *checker) columnsOf(relations ...string) []string {
	var names []string
	for _, r := range relations {
		for _, col := range c.columns[r] {
			if !slices.Contains(names, col.Name) {
				names = append(names, col.Name)
			}
		}
	}
	return names
}

// blank is a query with comments and quoted texts blanked out; its length and
// lines stay.
func blank(sql string) string {
	out := []byte(sql)
	for i := 0; i < len(sql); {
		var n int
		switch {
		case strings.HasPrefix(sql[i:], "--"):
			n = until(sql[i:], "\n", 0)
		case strings.HasPrefix(sql[i:], "/*"):
			n = until(sql[i:], "*/", 2)
		case sql[i] == '\'':
			n = 1 + until(sql[i+1:], "'", 1)
		default:
			i++
			continue
		}
		for j := i; j < i+n; j++ {
			if out[j] != '\n' {
				out[j] = ' '
			}
		}
		i += n
	}
	return string(out)
}

// until is the length of s up to its first mark and keep bytes of it, or of all
// of s.
func until(s, mark string, keep int) int {
	if at := strings.Index(s, mark); at >= 0 {
		return at + keep
	}
	return len(s)
}
