package model

import (
	"context"
	"fmt"

	"archwire/internal/project"
)

// layouts looks for the columns by which models are to lie on a cluster's nodes.
// Those of tables were looked for when the files were read.
func (c *checker) layouts(context.Context) error {
	item := project.Item{Kind: project.KindProject}
	for _, t := range c.project.Warehouse.Layout {
		if _, isModel := c.project.Model(t.Relation); !isModel || c.broken[t.Relation] {
			continue
		}
		at := "warehouse.layout." + t.Relation
		if t.DistributionKey != "" {
			c.has(item, at+".distribution_key", t.Relation, t.DistributionKey)
		}
		for i, column := range t.Sort {
			c.has(item, fmt.Sprintf("%s.sort[%d]", at, i), t.Relation, column)
		}
	}
	return nil
}
