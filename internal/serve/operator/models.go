package operator

import (
	"context"
	"slices"

	"archwire"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// ModelDoc is a model, and how it was refreshed last.
type ModelDoc struct {
	Model       string         `json:"model"`
	Description string         `json:"description"`
	File        string         `json:"file" doc:"In the project."`
	Reads       []string       `json:"reads" doc:"The tables and models that it reads."`
	ByTenant    bool           `json:"by_tenant" doc:"Tenants can be recomputed alone."`
	Reason      string         `json:"reason" doc:"Why, or why not."`
	Refreshed   *PartDoc       `json:"refreshed,omitempty" doc:"What the last run that refreshed models did with it; left out where none is known."`
	Run         archwire.RunID `json:"run" doc:"That run; empty where none is known."`
}

// Models answers GET /v1/operator/models.
func (h *Handler) Models(c *request.Call) error { return plain(c, h.ModelDocs) }

// ModelDocs are the models in the order of their refreshing.
func (h *Handler) ModelDocs(ctx context.Context) ([]ModelDoc, error) {
	models, err := h.Project.Models(ctx)
	if err != nil {
		p := problem.New(problem.KindUnavailable, "The project's models cannot be read now.")
		p.Hint, p.Cause = "Run archwire check in the project's folder: it says what is wrong, file by file.", err
		return nil, p
	}
	run, before, err := h.refreshed(ctx)
	if err != nil {
		return nil, err
	}
	docs := []ModelDoc{}
	for _, m := range models {
		doc := ModelDoc{Model: m.Name, Description: m.Description, File: m.File, Reads: append([]string{}, m.Reads...), ByTenant: m.ByTenant, Reason: m.Reason}
		if i := slices.IndexFunc(run.Details, refreshOf(m.Name)); i >= 0 {
			part := partDocOf(run.Details[i], before)
			doc.Refreshed, doc.Run = &part, run.ID
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

func refreshOf(model string) func(archwire.Detail) bool {
	return func(d archwire.Detail) bool { return d.Verb == archwire.Refresh && (model == "" || d.What == model) }
}

// refreshed is the newest run that has refreshed models, and the successful one before
// it. It looks at a few: one that fails again and again refreshes none.
func (h *Handler) refreshed(ctx context.Context) (run, before archwire.Run, err error) {
	const few = 10
	runs, err := h.Journal.Runs(ctx, few)
	if err != nil {
		return run, before, err
	}
	for _, listed := range runs {
		if run, err = h.Journal.Run(ctx, listed.ID); err != nil {
			return run, before, err
		}
		if slices.ContainsFunc(run.Details, refreshOf("")) {
			before, err = h.before(ctx, run)
			return run, before, err
		}
	}
	return archwire.Run{}, before, nil
}
