package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/state"
)

func newRunsCommand(a *app) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the last runs, and show what one did",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(_ *project.Project, st *state.Store) error {
				runs, err := st.Runs(cmd.Context(), limit)
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, map[string]any{"runs": append([]archwire.Run{}, runs...)})
				}
				showRuns(a.Out, runs)
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "how many runs to list")
	cmd.AddCommand(newRunsShowCommand(a))
	return cmd
}

func newRunsShowCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "show RUN",
		Short: "Show the steps of a run: rows, time, rate, what was skipped and why",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(_ *project.Project, st *state.Store) error {
				run, err := st.Run(cmd.Context(), archwire.RunID(args[0]))
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, run)
				}
				showRun(a.Out, run)
				return nil
			})
		},
	}
}

// showRuns prints runs, one a line.
func showRuns(w io.Writer, runs []archwire.Run) {
	if len(runs) == 0 {
		fmt.Fprintln(w, "No run yet. Start one with: archwire run")
		return
	}
	t := newTable(w, "run", "state", "as of", "rows read", "took", "publication")
	for _, r := range runs {
		t.row(string(r.ID), outcome(r), dash(string(r.AsOf)), progress.Count(r.Rows), took(r), dash(string(r.Publication)))
	}
	t.flush()
}

// showRun prints a run, its steps and under each what it did.
func showRun(w io.Writer, r archwire.Run) {
	fmt.Fprintf(w, "run %s: %s, begun %s, took %s\n", r.ID, outcome(r), minute(r.StartedAt), took(r))
	if r.Resumes != "" {
		fmt.Fprintf(w, "  went on from run %s\n", r.Resumes)
	}
	if r.Publication != "" {
		fmt.Fprintf(w, "  published %s as of %s\n", r.Publication, r.AsOf)
	}
	for _, e := range r.Events {
		fmt.Fprintf(w, "  met: %s\n", e)
	}
	if r.Error != "" {
		fmt.Fprintf(w, "  failed while it did %s: %s\n    %s\n", r.Verb, r.Error, r.Hint)
	}
	shown := map[archwire.Verb]bool{}
	for _, s := range r.Steps {
		shown[s.Verb] = true
		fmt.Fprintf(w, "\n%s: %s in %s\n", s.Verb, progress.Count(s.Count), progress.Took(s.Took))
		showDetails(w, r, s.Verb)
	}
	for _, d := range r.Details { // of steps that did not come to their end
		if !shown[d.Verb] {
			shown[d.Verb] = true
			how := "not completed"
			if d.Verb == archwire.Serve { // it begins where a run ends
				how = "after the run"
			}
			fmt.Fprintf(w, "\n%s: %s\n", d.Verb, how)
			showDetails(w, r, d.Verb)
		}
	}
}

// showDetails prints what one verb did, and last what it did not.
func showDetails(w io.Writer, r archwire.Run, verb archwire.Verb) {
	var did, skipped []archwire.Detail
	for _, d := range r.Details {
		switch {
		case d.Verb != verb:
		case d.Skipped:
			skipped = append(skipped, d)
		default:
			did = append(did, d)
		}
	}
	if len(did) > 0 {
		t := newTable(w, "  what", "mode", "rows", "changed", "bytes", "took", "rows/s", "why")
		for _, d := range did {
			t.row("  "+d.What, dash(d.Mode), progress.Count(d.Rows), count(d.Changed), count(d.Bytes), spent(d.Took), count(int64(d.Rate())), dash(remark(d)))
		}
		t.flush()
	}
	for _, d := range skipped {
		fmt.Fprintf(w, "  skipped %s: %s\n", d.What, dash(d.Note))
	}
}

// remark is why something was done so or, of what has not come to its end, how far it is.
func remark(d archwire.Detail) string {
	switch {
	case d.State == archwire.Waiting:
		return "waiting"
	case d.State == archwire.UnderWay && d.Of > 0:
		return "under way, of about " + progress.Count(d.Of)
	case d.State == archwire.UnderWay:
		return "under way"
	}
	return d.Note
}

// count is a number that may be unknown or of no interest.
func count(n int64) string {
	if n == 0 {
		return "-"
	}
	return progress.Count(n)
}

// spent is a length of time that may be unknown.
func spent(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return progress.Took(d)
}

func took(r archwire.Run) string {
	if r.EndedAt.IsZero() {
		return "-"
	}
	return progress.Took(r.EndedAt.Sub(r.StartedAt))
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

// age is a length of time as people say it.
func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
