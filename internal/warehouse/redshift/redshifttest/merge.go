package redshifttest

import (
	"context"
	"fmt"
	"slices"
)

// merge is MERGE INTO target USING source [[AS] alias] ON condition WHEN MATCHED THEN
// {UPDATE SET ... | DELETE} WHEN NOT MATCHED THEN INSERT [(...)] VALUES (...). Both
// branches are there.
func (s *session) merge(ctx context.Context, c *cursor) error {
	target, err := c.table()
	if err != nil {
		return err
	}
	if err := c.must("using"); err != nil {
		return err
	}
	if c.peek(0).is("(") {
		return failed("0A000", "MERGE's source cannot be a subquery", "MERGE")
	}
	source, err := c.table()
	if err != nil {
		return err
	}
	if err := s.mergeable(ctx, target, source); err != nil {
		return err
	}
	from := c.at
	at := slices.IndexFunc(c.rest(), func(t token) bool { return t.is("values") })
	matched := slices.IndexFunc(c.rest(), func(t token) bool { return t.is("matched") })
	if at < 0 || matched < 0 || !c.peek(matched-1).is("when") {
		return refusedf("MERGE without both WHEN MATCHED and WHEN NOT MATCHED", "MERGE")
	}
	head, err := s.rewrite(c.rest()[:at])
	if err != nil {
		return err
	}
	c.at = from + at + 1
	values, err := s.values(c)
	if err != nil {
		return err
	}
	return s.write(ctx, target, "merge into "+target.String()+" using "+source.String()+" "+written(head)+written(values), "MERGE *")
}

// mergeable refuses targets and sources that MERGE does not take.
func (s *session) mergeable(ctx context.Context, target, source relation) error {
	if target == source {
		return failed("0A000", "MERGE's source and target cannot be the same table", "MERGE")
	}
	for _, r := range []relation{target, source} {
		rows, err := s.ask(ctx, "select relkind, oid in (select id from redshifttest.mv) from pg_class where oid = to_regclass("+literal(r.String())+")")
		if err != nil {
			return err
		}
		if len(rows) > 0 && (rows[0][0] != "r" || rows[0][1] == "t") {
			return failed("0A000", fmt.Sprintf("MERGE's source and target cannot be views: %s is one", r.name), "MERGE")
		}
	}
	return nil
}
