package redshifttest

import (
	"context"
	"strings"
)

// begin starts a transaction. Whatever level it asks for, it gets what the database
// has (BEGIN, Usage notes): snapshots.
func (s *session) begin(ctx context.Context, c *cursor) error {
	_ = c.take("transaction") || c.take("work")
	_ = c.take("isolation level serializable") || c.take("isolation level snapshot")
	begin := "begin"
	if c.take("read only") {
		begin = "begin read only"
	} else {
		c.take("read write")
	}
	if !c.end() {
		return c.unexpected()
	}
	return s.relay(ctx, begin, "BEGIN")
}

func (s *session) commit(ctx context.Context, c *cursor) error {
	_ = c.take("transaction") || c.take("work")
	if !c.end() {
		return c.unexpected()
	}
	return s.relay(ctx, "commit", "")
}

func (s *session) rollback(ctx context.Context, c *cursor) error {
	_ = c.take("transaction") || c.take("work")
	if !c.end() {
		return c.unexpected()
	}
	return s.relay(ctx, "rollback", "ROLLBACK")
}

// lock takes tables for this transaction alone, in ACCESS EXCLUSIVE mode, which is the
// only one there is.
func (s *session) lock(ctx context.Context, c *cursor) error {
	names, err := c.tables()
	if err != nil || !c.end() {
		return orUnexpected(c, err)
	}
	if s.behind.TxStatus() != 'T' {
		return failed("25P01", "LOCK TABLE may only be used in transaction blocks", "LOCK")
	}
	return s.relay(ctx, "lock table "+list(names)+" in access exclusive mode", "LOCK")
}

// tables reads names with commas between them.
func (c *cursor) tables() ([]relation, error) {
	var out []relation
	for {
		r, err := c.table()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
		if !c.take(",") {
			return out, nil
		}
	}
}

func list(names []relation) string {
	each := make([]string, len(names))
	for i, r := range names {
		each[i] = r.String()
	}
	return strings.Join(each, ", ")
}

func orUnexpected(c *cursor, err error) error {
	if err != nil {
		return err
	}
	return c.unexpected()
}
