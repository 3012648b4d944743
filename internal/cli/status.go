package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/progress"
)

func newStatusCommand(a *app) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show the last runs, what they did and why one failed",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.load()
			if err != nil {
				return err
			}
			st, err := a.openState(cmd.Context(), p)
			if err != nil {
				return err
			}
			defer st.Close() //nolint:errcheck // only read
			runs, err := st.Runs(cmd.Context(), limit)
			if err != nil {
				return err
			}
			if a.json {
				return writeJSON(a.Out, map[string]any{"runs": runs})
			}
			return a.showRuns(runs)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 10, "how many runs to show")
	return cmd
}

// showRuns prints runs, the newest first, and then what is wrong with it.
func (a *app) showRuns(runs []archwire.Run) error {
	if len(runs) == 0 {
		_, err := fmt.Fprintln(a.Out, "No run yet. Start one with: archwire run")
		return err
	}
	t := newTable(a.Out, "run", "state", "as of", "rows", "took", "publication")
	for _, r := range runs {
		took := "-"
		if !r.EndedAt.IsZero() {
			took = progress.Took(r.EndedAt.Sub(r.StartedAt))
		}
		t.row(string(r.ID), outcome(r), dash(string(r.AsOf)), progress.Count(r.Rows), took, dash(string(r.Publication)))
	}
	t.flush()
	last := runs[0]
	fmt.Fprintln(a.Out)
	for _, s := range last.Steps {
		fmt.Fprintf(a.Out, "%-8s %12s  %s\n", s.Verb, progress.Count(s.Count), progress.Took(s.Took))
	}
	if last.Error != "" {
		fmt.Fprintf(a.Out, "\nThe last run failed while it did %s: %s\n  %s\n", last.Verb, last.Error, last.Hint)
	}
	if last.State == archwire.Running {
		fmt.Fprintf(a.Out, "\nThe last run is at %s since %s, or was killed there; the next archwire run starts anew.\n",
			last.Verb, last.StartedAt.Format(time.RFC3339))
	}
	return nil
}

func outcome(r archwire.Run) string {
	if r.State == archwire.Failed {
		return fmt.Sprintf("%s (%s)", r.State, r.Code)
	}
	return string(r.State)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
