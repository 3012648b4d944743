package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"archwire/internal/capacity"
	"archwire/internal/capacity/redshift"
	"archwire/internal/project"
	"archwire/internal/state"
)

// A capacityDoc is what capacity show prints with --json.
type capacityDoc struct {
	Place     capacity.Place     `json:"place"`
	Shape     capacity.Shape     `json:"shape"`
	Condition capacity.Condition `json:"condition"`
	Says      string             `json:"says"`
	Last      capacity.Outcome   `json:"last_resize,omitempty"`
	Target    capacity.Shape     `json:"last_target,omitzero"`
	Message   string             `json:"message,omitempty"`
	Percent   string             `json:"percent,omitempty"`
	Load      capacity.Shape     `json:"load"`
	Serve     capacity.Shape     `json:"serve"`
	Lease     *capacity.Lease    `json:"lease"`
	Price     string             `json:"price_per_hour,omitempty"`
	Currency  string             `json:"currency,omitempty"`
	PriceAsOf string             `json:"price_as_of,omitempty"`
	Months    []monthDoc         `json:"months"`
	Runs      []runCostDoc       `json:"runs"`

	price  capacity.Price
	priced bool
}

// A monthDoc is what a calendar month, in UTC, cost so far.
type monthDoc struct {
	Month  string `json:"month"`
	Cost   string `json:"cost,omitempty"` // a decimal; absent where no price is known
	Large  string `json:"large"`          // how long it was large
	Unseen string `json:"unseen"`         // of the month so far, before the first that was seen
}

// A runCostDoc is what a lease cost.
type runCostDoc struct {
	Holder string `json:"holder"`
	Cost   string `json:"cost"`
}

func newCapacityShowCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Show how large the warehouse is, for whom, what is under way and what it cost",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				if p.Capacity == nil {
					return noCapacity(p)
				}
				doc, err := a.capacityDoc(cmd.Context(), p.Capacity, st)
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, doc)
				}
				a.showCapacity(doc)
				return nil
			})
		},
	}
}

func (a *app) capacityDoc(ctx context.Context, c *project.CapacityConfig, st *state.Store) (capacityDoc, error) {
	plane, err := redshift.Open(ctx, c.Place)
	if err != nil {
		return capacityDoc{}, err //nolint:wrapcheck // says what it opened
	}
	status, err := plane.Status(ctx)
	if err != nil {
		return capacityDoc{}, err //nolint:wrapcheck // says what it asked
	}
	doc := capacityDoc{
		Place: c.Place, Shape: status.Shape, Condition: status.Condition, Says: status.Says, Last: status.Last,
		Target: status.Target, Message: status.Message, Percent: status.Percent, Load: c.Load, Serve: c.Serve,
	}
	if doc.price, doc.priced = price(c, status.Shape); doc.priced {
		doc.Price, doc.Currency, doc.PriceAsOf = doc.price.Text, doc.price.Currency, doc.price.AsOf
	}
	l, found, err := st.Lease(ctx)
	if err != nil {
		return doc, err
	}
	if found {
		doc.Lease = &l
	}
	doc.Months, doc.Runs, err = a.capacityCosts(ctx, c, st)
	return doc, err
}

// capacityCosts are what this month and the last one cost, and the last leases in them.
func (a *app) capacityCosts(ctx context.Context, c *project.CapacityConfig, st *state.Store) (months []monthDoc, runs []runCostDoc, err error) {
	months, runs = []monthDoc{}, []runCostDoc{}
	now := a.Now().UTC()
	this := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	for _, from := range []time.Time{this.AddDate(0, -1, 0), this} {
		until := from.AddDate(0, 1, 0)
		if until.After(now) {
			until = now
		}
		seen, err := st.SeenSince(ctx, c.Place, from)
		if err != nil {
			return months, runs, err
		}
		if len(seen) == 0 || !seen[0].At.Before(until) {
			continue
		}
		spent, ok := capacity.Spend(seen, from, until, func(s capacity.Shape) (capacity.Price, bool) { return price(c, s) })
		m := monthDoc{Month: from.Format("2006-01"), Large: spent.Large.Round(time.Second).String(), Unseen: spent.Unseen.Round(time.Second).String()}
		if ok {
			m.Cost = capacity.Amount(spent.Sum)
			for _, holder := range slices.Sorted(maps.Keys(spent.ByHolder)) {
				runs = append(runs, runCostDoc{holder, capacity.Amount(spent.ByHolder[holder])})
			}
		}
		months = append(months, m)
	}
	const shown = 10
	return months, runs[max(0, len(runs)-shown):], nil
}

func (a *app) showCapacity(doc capacityDoc) {
	fmt.Fprintf(a.Out, "%s: %s, %s\n", doc.Place, doc.Says, doc.Shape)
	fmt.Fprintf(a.Out, "declared: %s for a load, %s otherwise\n", doc.Load, doc.Serve)
	switch doc.Last {
	case capacity.Never:
	case capacity.UnderWay:
		fmt.Fprintf(a.Out, "a resize to %s is under way, %s %% of the data moved\n", doc.Target, dash(doc.Percent))
	case capacity.Succeeded, capacity.Failed:
		fmt.Fprintf(a.Out, "the last resize, to %s, %s %s\n", doc.Target, doc.Last, doc.Message)
	}
	if l := doc.Lease; l != nil {
		fmt.Fprintf(a.Out, "%s for %s since %s", l.Phase, l.Holder, moment(l.Since))
		if l.Kept(a.Now()) {
			fmt.Fprintf(a.Out, ", until %s", moment(l.Until))
		}
		fmt.Fprintln(a.Out)
	}
	if !doc.priced {
		fmt.Fprintf(a.Out, "no price is known of %s in %s; write price_per_hour into capacity of archwire.yaml\n", doc.Shape.Kind(), doc.Place.Region)
		return
	}
	fmt.Fprintf(a.Out, "%s; without storage, tax and discounts\n", doc.price)
	if len(doc.Months) == 0 {
		return
	}
	fmt.Fprintln(a.Out)
	t := newTable(a.Out, "month", "cost, "+doc.Currency, "large for", "not seen for")
	for _, m := range doc.Months {
		t.row(m.Month, dash(m.Cost), m.Large, m.Unseen)
	}
	t.flush()
	if len(doc.Runs) == 0 {
		return
	}
	fmt.Fprintln(a.Out)
	t = newTable(a.Out, "large for", "cost, "+doc.Currency)
	for _, r := range doc.Runs {
		t.row(r.Holder, r.Cost)
	}
	t.flush()
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
