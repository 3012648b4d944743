package model

import (
	"context"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/project"
)

// pseudonym wants values with one text each, the same whatever dataset they are in:
// pseudonyms are made of that.
func (c *checker) pseudonym(item project.Item, col archwire.DatasetColumn, t archwire.Type) {
	whole := []archwire.Kind{archwire.Int16, archwire.Int32, archwire.Int64, archwire.Text, archwire.UUID}
	if col.Pseudonym == "" || slices.Contains(whole, t.Kind) || t.Kind == archwire.Decimal && t.Scale == 0 {
		return
	}
	c.complain(item, "columns."+col.Name+".pseudonym", "is of a column of type %s; pseudonyms are made of whole numbers, texts and uuids", t)
}

// overPseudonyms binds an expression as it is computed for readers who are given
// pseudonyms: over texts, which cannot be summed.
func (c *checker) overPseudonyms(ctx context.Context, item project.Item, field, expression string, d archwire.Dataset) error {
	seen := make([]string, 0, len(d.Columns)+1)
	seen = append(seen, archwire.Quote(d.Tenant))
	any := false
	for _, col := range d.Columns {
		name := archwire.Quote(col.Name)
		if col.Pseudonymised(archwire.Pseudonymous) {
			any = true
			name = "cast(" + name + " as varchar) as " + name
		}
		seen = append(seen, name)
	}
	if !any {
		return nil
	}
	over := " from (select " + strings.Join(seen, ", ") + " from " + archwire.QuoteName(d.From) + ") as slice group by ()"
	_, err := c.sandbox.Describe(ctx, "select ("+expression+"\n) as value"+over)
	if archwire.CodeOf(err) == archwire.Invalid {
		c.complain(item, field, "cannot be computed from pseudonyms, which are texts; count such a column, or compute from others")
		return nil
	}
	return err
}
