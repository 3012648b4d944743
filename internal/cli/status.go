package cli

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/freshness"
	"archwire/internal/project"
	"archwire/internal/state"
)

// A status is how the project is doing.
type status struct {
	Last        *archwire.Run    `json:"last_run"` // null when there is none
	LastSuccess *archwire.Run    `json:"last_success"`
	Next        time.Time        `json:"next_run,omitzero"` // when it is due by the schedule
	Freshness   freshness.Report `json:"freshness"`
	Ended       []project.Ended  `json:"ended"`  // datasets and metrics after their sunset
	Ending      []project.Ended  `json:"ending"` // and those whose sunset is near
	Pending     int              `json:"notifications_pending"`
	GivenUp     int              `json:"notifications_failed"`
}

func newStatusCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show the last run, how old the data in service is, and what is late",
		Long: `Show the last run, how old the data in service is, table by table, and what of it
is older than the project promises under freshness. It ends with status 0 also
when something is late; --json has a field for it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				s, err := a.status(cmd.Context(), p, st)
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, s)
				}
				a.showStatus(p, s)
				return nil
			})
		},
	}
}

func (a *app) status(ctx context.Context, p *project.Project, st *state.Store) (s status, err error) {
	runs, err := st.Runs(ctx, 1)
	if err != nil {
		return s, err
	}
	if len(runs) > 0 {
		s.Last = &runs[0]
	}
	success, found, err := st.LastSuccess(ctx)
	if err != nil {
		return s, err
	}
	if found {
		s.LastSuccess = &success
	}
	if p.Schedule.Run.Set() {
		s.Next = p.Schedule.Run.Next(a.Now(), p.Schedule.Timezone)
	}
	if s.Pending, s.GivenUp, err = st.Outbox(ctx); err != nil {
		return s, err
	}
	s.Freshness, err = a.freshness(ctx, p)
	on := cmp.Or(s.Freshness.AsOf, p.Yesterday(a.Now()))
	_, _, ended := p.On(on)
	s.Ended, s.Ending = append([]project.Ended{}, ended...), append([]project.Ended{}, p.Ending(on, noticeDays)...)
	return s, err
}

func (a *app) showStatus(p *project.Project, s status) {
	if s.Last == nil {
		fmt.Fprintln(a.Out, "No run yet. Start one with: archwire run")
	} else {
		a.showLast(s)
	}
	if !s.Next.IsZero() {
		fmt.Fprintf(a.Out, "schedule     %s, %s: next on %s\n", p.Schedule.Run, p.Schedule.Timezone, s.Next.Format("Mon 2006-01-02 15:04 MST"))
	}
	if s.Pending+s.GivenUp > 0 {
		fmt.Fprintf(a.Out, "webhooks     %d to be sent, %d given up; archwire notify list\n", s.Pending, s.GivenUp)
	}
	a.showEnds(s.Ended, s.Ending)
	f := s.Freshness
	if f.Publication == "" {
		return
	}
	fmt.Fprintf(a.Out, "in service   %s as of %s; data through %s, %s ago\n", f.Publication, f.AsOf, minute(f.Through), age(f.At.Sub(f.Through)))
	a.showPromise(p, f)
	fmt.Fprintln(a.Out)
	t := newTable(a.Out, "table", "data through", "age", "")
	for _, i := range f.Tables {
		t.row(i.Name, minute(i.Through), age(i.Age.Duration()), late(i.Late))
	}
	t.flush()
}

func (a *app) showLast(s status) {
	r := *s.Last
	fmt.Fprintf(a.Out, "last run     %s %s, begun %s, took %s\n", r.ID, outcome(r), minute(r.StartedAt), took(r))
	switch {
	case r.State == archwire.Running:
		fmt.Fprintf(a.Out, "             is at %s, or was killed there; the next run goes on from it\n", r.Verb)
	case r.Error != "":
		fmt.Fprintf(a.Out, "             failed while it did %s: %s\n             %s\n", r.Verb, r.Error, r.Hint)
	}
	if s.LastSuccess != nil && s.LastSuccess.ID != r.ID {
		fmt.Fprintf(a.Out, "last success %s, %s\n", s.LastSuccess.ID, minute(s.LastSuccess.EndedAt))
	}
}

// showPromise says whether the data is as fresh as the project promises.
func (a *app) showPromise(p *project.Project, f freshness.Report) {
	if f.Within == 0 {
		return
	}
	if !f.Late {
		fmt.Fprintf(a.Out, "freshness    within %s, as promised, for %d %s\n", age(f.Within.Duration()), len(f.Tenants), p.Noun.Plural)
		return
	}
	tables, tenants := freshness.LateNames(f.Tables), freshness.LateNames(f.Tenants)
	fmt.Fprintf(a.Out, "freshness    LATE: %d of %d tables, %d of %d %s; promised is %s\n",
		len(tables), len(f.Tables), len(tenants), len(f.Tenants), p.Noun.Plural, age(f.Within.Duration()))
}

func late(late bool) string {
	if late {
		return "LATE"
	}
	return ""
}
