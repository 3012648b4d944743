package duckdb

import (
	"context"
	"slices"
	"strings"

	"archwire"
)

// Substitute makes a query read other things in the place of relations: items gives,
// by relation, what stands in FROM instead of its name, a name or a subquery in
// parentheses. It is for a warehouse that runs the query itself: the text stays as it
// was written, but for these places and a last semicolon. ok says that the result's
// syntax tree is that of the query with these nodes replaced, and nothing else.
func (s *Sandbox) Substitute(ctx context.Context, query string, items map[string]string) (text string, ok bool, err error) {
	text = unterminated(query)
	t, err := parse(ctx, s.db, text)
	if err != nil {
		return "", false, err
	}
	found, err := t.references(items)
	if err != nil {
		return "", false, err
	}
	written, rewritten := lex(text), lex(text)
	rewrite(rewritten)
	aliases, put := make([]string, len(found)), make([]string, len(found))
	for i, f := range slices.Backward(found) { // the last first: positions before it stay
		put[i] = items[f.relation]
		if aliases[i], ok = f.put(written, rewritten, put[i]); !ok {
			return "", false, nil
		}
	}
	result, nodes, err := parseBeside(ctx, s.db, dialect(join(written)), put)
	if err != nil {
		return "", false, err
	}
	for i, f := range found {
		f.replace(nodes[i])
		f.node["alias"] = aliases[i]
	}
	return join(written), equalTrees(t.root, result), nil
}

// put puts an item in the place of the name, among the tokens of the query as it was
// written; the reference's position is one among them as they were rewritten. It
// returns what the query calls the item. ok is false if the name is not where it
// should be.
func (f reference) put(written, rewritten []token, item string) (alias string, ok bool) {
	first, at := 0, int64(0)
	for first < len(rewritten) && at < f.at {
		at += int64(len(rewritten[first].text))
		first++
	}
	point := skip(written, first+1)
	last := skip(written, point+1)
	if at != f.at || last >= len(written) || written[point].text != "." || written[first].kind == blank ||
		join(written[first:last+1]) != join(rewritten[first:last+1]) {
		return "", false
	}
	if alias = text(f.node, "alias"); alias == "" {
		// The engine that runs the query may fold names that are not quoted.
		if alias = text(f.node, "table_name"); written[last].kind == word {
			alias = strings.ToLower(alias)
		}
		item += " AS " + archwire.Quote(alias)
	}
	// The lines stay what they were.
	lines := strings.Repeat("\n", strings.Count(join(written[first:last+1]), "\n"))
	for i := first; i <= last; i++ {
		written[i] = token{kind: blank}
	}
	written[first] = token{other, item + lines}
	return alias, true
}

// Relations lists the relations that a query reads, as Reads does, of any query that
// keeps within the warehouse: it need not give the same on every engine.
func (s *Sandbox) Relations(ctx context.Context, text string) ([]string, error) {
	t, err := parse(ctx, s.db, text)
	if err != nil {
		return nil, err
	}
	if err := t.check(reachRules); err != nil {
		return nil, err
	}
	return t.reads()
}

// Columns returns names and types of a query's columns, of which several may have one
// name.
func (s *Sandbox) Columns(ctx context.Context, text string) ([]archwire.Column, error) {
	names, err := namesOf(ctx, s.db, trimmed(text))
	if err != nil {
		return nil, err
	}
	columns, err := described(ctx, s.db, text)
	for i := range columns {
		columns[i].Name = names[i]
	}
	return columns, err
}

// Shape makes schema.name an empty table with these columns, in the place of what was
// there. A nil list leaves none of that name.
func (s *Sandbox) Shape(ctx context.Context, schema, name string, columns []archwire.Column) error {
	quoted := relation{schema, name}.sql()
	statement := "DROP TABLE IF EXISTS " + quoted
	if columns != nil {
		create := createTable(quoted, archwire.Table{Columns: columns})
		statement = "CREATE OR REPLACE TABLE" + strings.TrimPrefix(create, "CREATE TABLE")
	}
	if err := s.make(ctx, schema, schema+"."+name, statement); err != nil {
		return err
	}
	s.shapes.changed()
	return nil
}
