package operator

import (
	"cmp"
	"context"
	"slices"
	"time"

	"archwire"
	"archwire/internal/serve/request"
)

// How many runs are listed.
const (
	DefaultRuns = 20
	MaxRuns     = 200
)

// RunDoc is a run.
type RunDoc struct {
	Run         archwire.RunID    `json:"run" doc:"Names the run."`
	State       archwire.RunState `json:"state" enum:"running,succeeded,failed" doc:"How it ended, or that it has not: then it is under way, or its process was killed, which the next run finds out."`
	StartedAt   time.Time         `json:"started_at"`
	EndedAt     *time.Time        `json:"ended_at" nullable:"true"`
	Seconds     float64           `json:"seconds" doc:"How long it took, or has taken so far."`
	Verb        archwire.Verb     `json:"verb" doc:"The step that it is in, or ended in."`
	AsOf        archwire.Day      `json:"as_of" doc:"Its business date; empty while it is not known."`
	Rows        int64             `json:"rows" doc:"Read from the sources."`
	Publication string            `json:"publication" doc:"What it published; empty where nothing."`
	Resumes     archwire.RunID    `json:"resumes" doc:"The run that it went on from; empty where none."`
	Met         []archwire.Event  `json:"met" doc:"Drift of a source, or the brake of deletes."`
	Problem     *RunProblemDoc    `json:"problem,omitempty" doc:"Why it failed; left out where it did not."`
	Steps       []StepDoc         `json:"steps" doc:"The steps that were completed, in order."`
}

// RunProblemDoc is why a run failed.
type RunProblemDoc struct {
	Code    archwire.Code `json:"code"`
	Message string        `json:"message" doc:"What happened."`
	Hint    string        `json:"hint" doc:"What to do about it."`
}

// StepDoc is a step of a run.
type StepDoc struct {
	Verb    archwire.Verb `json:"verb"`
	Seconds float64       `json:"seconds"`
	Count   int64         `json:"count" doc:"Rows, models, comparisons or slices."`
}

// RunShownDoc is a run with what it did.
type RunShownDoc struct {
	RunDoc
	Process *ProcessDoc `json:"process,omitempty" doc:"Which process said that it runs it; left out of one that has ended."`
	Parts   []PartDoc   `json:"parts" doc:"What it did with each table, model, check and dataset, step by step, what took longest first. Of a run under way, as of a second ago."`
}

// ProcessDoc is a process that is at work.
type ProcessDoc struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// PartDoc is what a step did with one table, model, check or dataset.
type PartDoc struct {
	Verb          archwire.Verb `json:"verb"`
	What          string        `json:"what" doc:"The table, model, check or dataset, or the warehouse, whose size changed."`
	State         string        `json:"state" enum:"waiting,under_way,done,skipped"`
	Mode          string        `json:"mode" doc:"How: full, append, cursor or checksum of a table, all or tenants of a model, grow or shrink of the warehouse."`
	Note          string        `json:"note" doc:"Why so."`
	Rows          int64         `json:"rows"`
	Of            int64         `json:"of" doc:"How many are expected in all, while it goes on; 0 is unknown."`
	Changed       int64         `json:"changed" doc:"How many of the rows, or slices, are not as before."`
	Bytes         int64         `json:"bytes"`
	Seconds       float64       `json:"seconds"`
	RowsPerSecond int64         `json:"rows_per_second"`
	UsualSeconds  *float64      `json:"usual_seconds" nullable:"true" doc:"What the same took in the last successful run before, in the same mode; null where it did nothing there."`
	Slow          bool          `json:"slow" doc:"It takes a second or more, and twice as long as usual."`
}

func runDocOf(r archwire.Run, now time.Time) RunDoc {
	doc := RunDoc{
		Run: r.ID, State: r.State, StartedAt: r.StartedAt.UTC(), EndedAt: optional(r.EndedAt), Verb: r.Verb, AsOf: r.AsOf, Rows: r.Rows,
		Publication: string(r.Publication), Resumes: r.Resumes, Met: append([]archwire.Event{}, r.Events...), Steps: []StepDoc{},
	}
	end := r.EndedAt
	if end.IsZero() {
		end = now
	}
	doc.Seconds = seconds(end.Sub(r.StartedAt))
	if r.Error != "" {
		doc.Problem = &RunProblemDoc{r.Code, r.Error, r.Hint}
	}
	for _, s := range r.Steps {
		doc.Steps = append(doc.Steps, StepDoc{s.Verb, seconds(s.Took), s.Count})
	}
	return doc
}

// seconds are those of d, to the millisecond.
func seconds(d time.Duration) float64 { return float64(max(d, 0).Milliseconds()) / 1000 }

// Runs answers GET /v1/operator/runs.
func (h *Handler) Runs(c *request.Call) error {
	p, err := request.Parse(c.R.URL.RawQuery, []string{"limit"}, false)
	if err != nil {
		return err
	}
	limit := DefaultRuns
	if text, err := p.One("limit"); err != nil {
		return err
	} else if text != "" {
		if limit, err = request.Limit(text, 1, MaxRuns); err != nil {
			return err
		}
	}
	runs, err := h.Journal.Runs(c.Ctx, limit)
	if err != nil {
		return err
	}
	docs := []RunDoc{}
	for _, r := range runs {
		docs = append(docs, runDocOf(r, h.Now()))
	}
	return told(c, docs)
}

// Run answers GET /v1/operator/runs/{run}.
func (h *Handler) Run(c *request.Call) error {
	return plain(c, func(ctx context.Context) (doc RunShownDoc, err error) {
		r, err := h.Journal.Run(ctx, archwire.RunID(c.Name))
		if err != nil {
			return doc, err
		}
		usual, err := h.before(ctx, r)
		if err != nil {
			return doc, err
		}
		doc = RunShownDoc{RunDoc: runDocOf(r, h.Now()), Parts: []PartDoc{}}
		if r.State == archwire.Running {
			doc.Process, err = h.process(ctx, r.ID)
		}
		for _, d := range r.Details {
			doc.Parts = append(doc.Parts, partDocOf(d, usual))
		}
		order := archwire.Verbs()
		slices.SortStableFunc(doc.Parts, func(a, b PartDoc) int {
			return cmp.Or(cmp.Compare(slices.Index(order, a.Verb), slices.Index(order, b.Verb)), cmp.Compare(b.Seconds, a.Seconds))
		})
		return doc, err
	})
}

// before is the last successful run before r, with its details; the zero Run where
// there is none.
func (h *Handler) before(ctx context.Context, r archwire.Run) (archwire.Run, error) {
	runs, err := h.Journal.Runs(ctx, MaxRuns)
	if err != nil {
		return archwire.Run{}, err
	}
	i := slices.IndexFunc(runs, func(was archwire.Run) bool {
		return was.State == archwire.Succeeded && was.StartedAt.Before(r.StartedAt)
	})
	if i < 0 {
		return archwire.Run{}, nil
	}
	return h.Journal.Run(ctx, runs[i].ID)
}

// process is the process that says that it runs that run.
func (h *Handler) process(ctx context.Context, run archwire.RunID) (*ProcessDoc, error) {
	c, found, err := h.Journal.Working(ctx)
	if err != nil || !found || c.Run != run {
		return nil, err
	}
	return &ProcessDoc{c.PID, c.Host, c.Since.UTC()}, nil
}

func partDocOf(d archwire.Detail, before archwire.Run) PartDoc {
	doc := PartDoc{
		Verb: d.Verb, What: d.What, State: string(d.State), Mode: d.Mode, Note: d.Note, Rows: d.Rows, Of: d.Of, Changed: d.Changed, Bytes: d.Bytes,
		Seconds: seconds(d.Took), RowsPerSecond: int64(d.Rate()),
	}
	switch {
	case d.Skipped:
		doc.State = "skipped"
	case d.State == archwire.Ended:
		doc.State = "done"
	}
	same := func(was archwire.Detail) bool {
		return was.Verb == d.Verb && was.What == d.What && !was.Skipped && (d.Mode == "" || was.Mode == d.Mode)
	}
	if i := slices.IndexFunc(before.Details, same); i >= 0 && !d.Skipped {
		usual := seconds(before.Details[i].Took)
		doc.UsualSeconds = &usual
		doc.Slow = d.Took >= time.Second && doc.Seconds >= 2*usual
	}
	return doc
}
