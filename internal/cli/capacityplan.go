package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/capacity/redshift"
	"archwire/internal/project"
	"archwire/internal/state"
)

// A capacityPlan is what a run would do, and cost.
type capacityPlan struct {
	Place   capacity.Place `json:"place"`
	Now     capacity.Shape `json:"now"`
	Steps   []capacityStep `json:"steps"`
	Took    time.Duration  `json:"run_ns"` // how long a run is taken to take
	Assumed bool           `json:"run_assumed"`
	Runs    int            `json:"runs_a_month"`
	Run     string         `json:"cost_of_run,omitempty"` // beyond what the warehouse costs anyway
	Month   string         `json:"cost_of_month,omitempty"`
	Price   string         `json:"price_per_hour,omitempty"`
	AsOf    string         `json:"price_as_of,omitempty"`
	Money   string         `json:"currency,omitempty"`

	price capacity.Price
	err   error // of a shape that cannot be had
}

// A capacityStep is one shape on the way.
type capacityStep struct {
	For   string         `json:"for"` // load or serve
	Shape capacity.Shape `json:"shape"`
	How   string         `json:"how"`
	Disk  string         `json:"disk_percent,omitempty"`
}

func newCapacityPlanCommand(a *app) *cobra.Command {
	var took time.Duration
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what a run would have the warehouse become, whether that is offered, and what it costs",
		Long: `Show which shapes a run would have the warehouse go through, whether Amazon Redshift
offers them as it is now, and what a run and a month cost by the list price or that of the
project. How long a run takes is that of the last ones, or what --took says.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				if p.Capacity == nil {
					return noCapacity(p)
				}
				plan, err := a.planCapacity(cmd.Context(), p, st, took)
				if err != nil {
					return err
				}
				if a.json {
					err = writeJSON(a.Out, plan)
				} else {
					a.showCapacityPlan(plan)
				}
				if err != nil {
					return err
				}
				return plan.err
			})
		},
	}
	cmd.Flags().DurationVar(&took, "took", 0, "how long a run takes; that of the last ones when left out")
	return cmd
}

func (a *app) planCapacity(ctx context.Context, p *project.Project, st *state.Store, took time.Duration) (*capacityPlan, error) {
	c := p.Capacity
	plane, err := redshift.Open(ctx, c.Place)
	if err != nil {
		return nil, err //nolint:wrapcheck // says what it opened
	}
	status, err := plane.Status(ctx)
	if err != nil {
		return nil, err //nolint:wrapcheck // says what it asked
	}
	plan := &capacityPlan{Place: c.Place, Now: status.Shape, Took: took}
	load, serve := c.Load.Filled(status.Shape), c.Serve.Filled(status.Shape)
	step := capacityStep{For: "load", Shape: load}
	if err := way(ctx, plane, c, status, &step, plan); err != nil {
		return nil, err
	}
	back := "as it is"
	if !load.Fits(serve) {
		back = "asked for when it is there"
	}
	plan.Steps = []capacityStep{step, {For: "serve", Shape: serve, How: back}}
	if plan.Took == 0 {
		if plan.Took, plan.Assumed, err = usual(ctx, st); err != nil {
			return nil, err
		}
	}
	plan.Runs = runsAMonth(p, a.Now())
	if found, ok := price(c, load); ok {
		bill := capacity.Estimate(found, load, serve, plan.Took, plan.Runs)
		plan.price, plan.Price, plan.AsOf, plan.Money = found, found.Text, found.AsOf, found.Currency
		plan.Run, plan.Month = capacity.Amount(bill.Run), capacity.Amount(bill.Month)
	}
	return plan, nil
}

// way says how the warehouse would come to a shape.
func way(ctx context.Context, plane capacity.ControlPlane, c *project.CapacityConfig, status capacity.Status, step *capacityStep, plan *capacityPlan) error {
	switch {
	case status.Condition != capacity.Still:
		step.How = "not known while it is " + status.Says
		return nil
	case status.Shape.Paused && !status.Shape.As(step.Shape):
		step.How = "resumed, then a resize; what is offered is not known while it is paused"
		return nil
	case status.Shape.As(step.Shape):
		step.How = "as it is"
		if status.Shape.Paused {
			step.How = "resumed"
		}
		return nil
	}
	options, err := plane.Options(ctx)
	if err != nil {
		return err //nolint:wrapcheck // says what it asked
	}
	option, offered := capacity.Offered(options, step.Shape)
	switch {
	case options == nil:
		step.How = "while it serves"
	case offered:
		step.How, step.Disk = "elastic resize, offered", option.DiskPercent
	case c.Classic:
		step.How = "classic resize, read-only for hours"
	default:
		step.How = "not offered"
		plan.err = capacity.NotOffered(c.Place, status.Shape, step.Shape, options)
	}
	return nil
}

// usual is how long runs take: the mean of the last that succeeded, or an hour that is
// assumed.
func usual(ctx context.Context, st *state.Store) (took time.Duration, assumed bool, err error) {
	runs, err := st.Runs(ctx, 30)
	if err != nil {
		return 0, false, err
	}
	var n time.Duration
	for _, r := range runs {
		if r.State == archwire.Succeeded {
			took, n = took+r.EndedAt.Sub(r.StartedAt), n+1
		}
	}
	if n == 0 {
		return time.Hour, true, nil
	}
	return (took / n).Round(time.Second), false, nil
}

// runsAMonth is how many runs the schedule has in 730 hours, of the year to come: what
// the next 730 hours have would change with the hour of asking. By hand it is taken to
// be one a day.
func runsAMonth(p *project.Project, now time.Time) int {
	if !p.Schedule.Run.Set() {
		return int(capacity.Month / (24 * time.Hour))
	}
	const months = 12
	n := 0
	for at := p.Schedule.Run.Next(now, p.Schedule.Timezone); !at.IsZero() && at.Before(now.Add(months*capacity.Month)); at = p.Schedule.Run.Next(at, p.Schedule.Timezone) {
		n++
	}
	return (n + months/2) / months
}

func (a *app) showCapacityPlan(plan *capacityPlan) {
	fmt.Fprintf(a.Out, "%s: %s now\n\n", plan.Place, plan.Now)
	t := newTable(a.Out, "for", "shape", "how", "disk, %")
	for _, s := range plan.Steps {
		t.row(s.For, s.Shape.String(), s.How, dash(s.Disk))
	}
	t.flush()
	fmt.Fprintln(a.Out)
	assumed := ""
	if plan.Assumed {
		assumed = ", which is assumed: there was no run yet"
	}
	if plan.Price == "" {
		fmt.Fprintf(a.Out, "no price is known of %s in %s; write price_per_hour into capacity of archwire.yaml\n", plan.Steps[0].Shape.Kind(), plan.Place.Region)
		return
	}
	fmt.Fprintf(a.Out, "a run costs %s %s more than none; a month of 730 hours with %d runs of %s each%s: %s %s\n",
		plan.Run, plan.Money, plan.Runs, plan.Took, assumed, plan.Month, plan.Money)
	fmt.Fprintf(a.Out, "%s; without storage, tax and discounts\n", plan.price)
}
