package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/contract"
	"archwire/internal/model"
	"archwire/internal/pipeline"
	"archwire/internal/project"
)

// A plan is what the next run would do.
type plan struct {
	Sources  []sourcePlan `json:"sources"`
	Models   []modelPlan  `json:"models"`
	Datasets int          `json:"datasets"`
	Metrics  int          `json:"metrics"`

	Contracts contractPlan `json:"contracts"`
}

type sourcePlan struct {
	Source string           `json:"source"`
	Tables []tablePlan      `json:"tables"`
	Policy project.Drift    `json:"drift_policy"`
	Drift  []pipeline.Drift `json:"drift"` // what is not as the project declares it
}

type tablePlan struct {
	Table   string `json:"table"`
	Rows    int64  `json:"rows"` // the source's estimate; -1 when it has none
	Mode    string `json:"mode"`
	Why     string `json:"why"`
	Since   string `json:"since,omitempty"` // what is at or after it is read
	Deletes string `json:"deletes"`
}

type modelPlan struct {
	Model    string   `json:"model"`
	Wave     int      `json:"wave"` // models of one wave are refreshed side by side
	Reads    []string `json:"reads"`
	ByTenant bool     `json:"by_tenant"` // recomputed for the tenants whose rows changed, and no others
	Why      string   `json:"why"`
	File     string   `json:"file"`
	Line     int      `json:"line"` // of the file: what decides

	Form *formPlan `json:"form,omitempty"` // of a warehouse that has several
}

// A formPlan is in which form the warehouse keeps a model.
type formPlan struct {
	Form        archwire.Materialization `json:"form"`        // table or view
	Incremental bool                     `json:"incremental"` // as a view, it would be refreshed from what changed
	Auto        bool                     `json:"auto_refresh"`
	Why         string                   `json:"why"`
	Line        int                      `json:"line,omitempty"` // of the file: the clause that is the reason

	refused bool // as a view it cannot be at all
}

func newPlanCommand(a *app) *cobra.Command {
	var old olderOptions
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what the next run would do, and what changed in the sources",
		Long: `Show for each table how the next run would copy it and why, for each model
whether it can be recomputed for single tenants and which line of its SQL decides,
and how the sources are not as the project declares them: what a run would do
about that, what would break, and who consumes it. A dataset or metric that would
break what somebody used in the last 90 days is refused, here and by a run: status 2.
Nothing is changed, but for the files that --write-old writes.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.load()
			if err == nil && old.write {
				p, err = a.writeOlder(cmd.Context(), p, &old)
			}
			if err != nil {
				return err
			}
			plan, err := a.plan(cmd.Context(), p)
			if err != nil {
				return err
			}
			if a.json {
				return errors.Join(writeJSON(a.Out, plan), contract.Err(plan.Contracts.Changes))
			}
			a.showPlan(p, plan)
			return contract.Err(plan.Contracts.Changes)
		},
	}
	old.flags(cmd)
	return cmd
}

// plan asks every source for its catalogue, the warehouse for its journal, and
// the models for their SQL.
func (a *app) plan(ctx context.Context, p *project.Project) (out plan, err error) {
	engine, closeEngine, err := understand(ctx, p)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, closeEngine()) }()
	loads, closeWarehouse, err := journalOf(ctx, p)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, closeWarehouse()) }()
	out.Datasets, out.Metrics = len(p.Datasets), len(p.Metrics)
	for _, s := range p.Sources {
		sp, err := a.planSource(ctx, p, s, loads, engine)
		if err != nil {
			return out, err
		}
		out.Sources = append(out.Sources, sp)
	}
	waves, err := model.Order(p.Models)
	if err != nil {
		return out, err
	}
	ways, err := model.Ways(ctx, p, engine)
	if err != nil {
		return out, err
	}
	forms, err := formsOf(ctx, p, engine)
	if err != nil {
		return out, err
	}
	for i, wave := range waves {
		for _, m := range wave {
			way := ways[m.Name]
			mp := modelPlan{
				Model: m.Name, Wave: i + 1, Reads: m.Reads, ByTenant: way.ByTenant, Why: way.Reason, File: m.File, Line: way.Line,
			}
			if form, ok := forms[m.Name]; ok {
				mp.Form = &form
			}
			out.Models = append(out.Models, mp)
		}
	}
	out.Contracts, err = a.contracts(ctx, p, pipeline.KnownDate(p, a.Now()))
	return out, err
}

// A journal is how the project's tables were last loaded; empty, and without a
// warehouse, when there is none yet.
type journal struct {
	warehouse archwire.Warehouse
	rows      map[string]archwire.JournalRow
}

// journalOf reads the journal of the project's warehouse; the function it returns
// closes the warehouse.
func journalOf(ctx context.Context, p *project.Project) (j journal, closeWarehouse func() error, err error) {
	if notMade(p) {
		return journal{}, func() error { return nil }, nil
	}
	wh, err := openWarehouse(ctx, p)
	if err != nil {
		return journal{}, nil, err
	}
	rows, err := wh.Loaded(ctx)
	if err != nil {
		return journal{}, nil, errors.Join(err, wh.Close())
	}
	return journal{warehouse: wh, rows: rows}, wh.Close, nil
}

func (a *app) planSource(ctx context.Context, p *project.Project, s project.Source, loads journal, engine model.Engine) (sourcePlan, error) {
	sp := sourcePlan{Source: s.Name, Policy: s.Drift, Drift: []pipeline.Drift{}}
	now, err := a.catalogue(ctx, p, s)
	if err != nil {
		return sp, err
	}
	rows := map[string]int64{}
	for _, t := range now {
		rows[t.Schema+"."+t.Origin] = t.Rows
	}
	drifts, err := pipeline.Drifts(ctx, p, s, now, loads.rows, engine)
	if err != nil {
		return sp, err
	}
	var departures []project.Departure
	for _, d := range drifts {
		departures = append(departures, d.Departure)
		sp.Drift = append(sp.Drift, d)
	}
	effective := s
	if s.Drift == project.DriftFollow {
		effective = s.Follow(departures)
	}
	for _, t := range effective.Tables {
		n, ok := rows[t.Schema+"."+t.Origin]
		if !ok {
			n = -1
		}
		d, err := pipeline.DecideIn(ctx, loads.warehouse, loads.rows, t)
		if err != nil {
			return sp, err
		}
		sp.Tables = append(sp.Tables, tablePlan{Table: t.ID(), Rows: n, Mode: d.Mode, Why: d.Why, Since: d.Since, Deletes: t.Deletes})
	}
	return sp, nil
}
