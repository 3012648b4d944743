package cli

import (
	"context"

	"archwire/internal/capacity"
	"archwire/internal/serve/operator"
)

// warehouse is how large the project's warehouse is, as it was seen last, and what that
// cost; nil where the project declares nothing of it.
func (o *operated) warehouse(ctx context.Context) (*operator.WarehouseDoc, error) {
	c := o.project.Capacity
	if c == nil {
		return nil, nil //nolint:nilnil // there is nothing to tell, and nothing is wrong
	}
	doc := &operator.WarehouseDoc{
		Place: c.Place.String(), Load: c.Load.String(), Serve: c.Serve.String(), Months: []operator.WarehouseCostDoc{}, Runs: []operator.WarehouseCostDoc{},
	}
	seen, err := o.state.SeenSince(ctx, c.Place, o.app.Now())
	if err != nil {
		return nil, err
	}
	kind := c.Load
	if len(seen) > 0 {
		last := seen[len(seen)-1]
		at := last.At.UTC()
		doc.Size, doc.SeenAt, kind = last.Shape.String(), &at, last.Shape
	}
	l, found, err := o.state.Lease(ctx)
	if err != nil {
		return nil, err
	}
	if found {
		doc.Lease = &operator.WarehouseLeaseDoc{Holder: l.Holder, Phase: string(l.Phase), Since: l.Since.UTC()}
	}
	return doc, o.warehouseCosts(ctx, doc, kind)
}

// warehouseCosts adds what the warehouse cost.
func (o *operated) warehouseCosts(ctx context.Context, doc *operator.WarehouseDoc, kind capacity.Shape) error {
	c := o.project.Capacity
	if p, ok := price(c, kind); ok {
		doc.Currency = p.Currency
	}
	months, runs, err := o.app.capacityCosts(ctx, c, o.state)
	for _, m := range months {
		doc.Months = append(doc.Months, operator.WarehouseCostDoc{Of: m.Month, Amount: m.Cost})
	}
	for _, r := range runs {
		doc.Runs = append(doc.Runs, operator.WarehouseCostDoc{Of: r.Holder, Amount: r.Cost})
	}
	return err
}
