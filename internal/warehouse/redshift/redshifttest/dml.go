package redshifttest

import (
	"context"
	"slices"
)

// selects relays a query.
func (s *session) selects(ctx context.Context, c *cursor) error {
	query, err := s.rewrite(c.tokens)
	if err != nil {
		return err
	}
	return s.relay(ctx, written(query), "")
}

// insert is INSERT INTO table [(column, ...)] {VALUES ... | query | DEFAULT VALUES}.
func (s *session) insert(ctx context.Context, c *cursor) error {
	target, err := c.table()
	if err != nil {
		return err
	}
	head := ""
	if c.peek(0).is("(") && !c.peek(1).is("select") && !c.peek(1).is("with") {
		columns, err := c.group()
		if err != nil {
			return err
		}
		head = " (" + written(columns) + ")"
	}
	rest := c.rest()
	if c.take("values") {
		if rest, err = s.values(c); err != nil {
			return err
		}
	} else if rest, err = s.rewrite(rest); err != nil {
		return err
	}
	return s.write(ctx, target, "insert into "+target.String()+head+written(rest), "")
}

// values reads (expression, ...), ...: nothing may follow.
func (s *session) values(c *cursor) ([]token, error) {
	out := []token{{kind: word, lead: " ", text: "values"}}
	for {
		if !c.peek(0).is("(") {
			return nil, c.unexpected()
		}
		inside, err := c.group()
		if err != nil {
			return nil, err
		}
		row, err := s.rewrite(inside)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, punct("(")), row...), punct(")"))
		if !c.take(",") {
			break
		}
		out = append(out, punct(","))
	}
	if !c.end() {
		return nil, refusedf("what follows VALUES: there is no RETURNING and no ON CONFLICT", "INSERT; Unsupported PostgreSQL features")
	}
	return out, nil
}

// with is WITH name AS (query), ... before a query or a DELETE.
func (s *session) with(ctx context.Context, c *cursor) error {
	at := outside(c.tokens, "delete")
	if at < 0 {
		return s.selects(ctx, c)
	}
	head, err := s.rewrite(c.tokens[:at])
	if err != nil {
		return err
	}
	rest := &cursor{tokens: c.tokens[at:]}
	if err := rest.must("delete from"); err != nil {
		return err
	}
	return s.deletes(ctx, rest, written(head)+" ")
}

// delete is DELETE FROM table [USING table, ...] [WHERE ...]; the table has no other
// name.
func (s *session) delete(ctx context.Context, c *cursor) error { return s.deletes(ctx, c, "") }

// deletes runs a DELETE, of which the table is next, behind a WITH that may be "".
func (s *session) deletes(ctx context.Context, c *cursor, head string) error {
	target, err := c.table()
	if err != nil {
		return err
	}
	if !c.end() && !c.peek(0).is("using") && !c.peek(0).is("where") {
		return c.unexpected()
	}
	if c.peek(0).is("using") {
		tables := c.rest()
		if at := outside(tables, "where"); at >= 0 {
			tables = tables[:at]
		}
		if slices.ContainsFunc(tables, func(t token) bool { return t.is("(") }) {
			return refusedf("a subquery in USING, which names tables: WITH gives a subquery a name", "DELETE")
		}
	}
	rest, err := s.rewrite(c.rest())
	if err != nil {
		return err
	}
	return s.write(ctx, target, head+"delete from "+target.String()+written(rest), "")
}

// outside is where a word first stands in no parentheses; -1 where it does not.
func outside(tokens []token, word string) int {
	depth := 0
	for i, t := range tokens {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && t.is(word):
			return i
		}
	}
	return -1
}

// update is UPDATE table [[AS] alias] SET ... [FROM ...] [WHERE ...].
func (s *session) update(ctx context.Context, c *cursor) error {
	target, err := c.table()
	if err != nil {
		return err
	}
	rest, err := s.rewrite(c.rest())
	if err != nil {
		return err
	}
	return s.write(ctx, target, "update "+target.String()+written(rest), "")
}

// write runs what changes a table.
func (s *session) write(ctx context.Context, target relation, sql, tag string) error {
	if id, err := s.mv(ctx, target); err != nil || id != 0 {
		return orElse(err, failed("0A000", "cannot change materialized view \""+target.name+"\"", "CREATE MATERIALIZED VIEW, Usage notes"))
	}
	return s.whole(ctx, func() error { return s.writes(ctx, target, sql, tag) })
}

// alone waits until nobody else writes to a table.
func (s *session) alone(ctx context.Context, target relation) error {
	_, err := s.ask(ctx, "lock table "+target.String()+" in share row exclusive mode; select 1")
	return err
}

func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// writes runs what changes a table and notes it, in one transaction. A table has one
// writer at a time; others wait (Managing concurrent write operations).
func (s *session) writes(ctx context.Context, target relation, sql, tag string) error {
	if err := s.alone(ctx, target); err != nil {
		return err
	}
	if err := s.relay(ctx, sql, tag); err != nil {
		return err
	}
	return s.changed(ctx, target)
}

func punct(s string) token { return token{kind: mark, text: s} }
