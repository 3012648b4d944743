package pipeline_test

import (
	"context"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/project"
)

// altered is a source that somebody alters between the look at its tables and the
// reading, as often as there are changes left.
type altered struct {
	archwire.Source
	changes []func()
}

func (a *altered) View(ctx context.Context) (archwire.View, error) {
	if len(a.changes) > 0 {
		a.changes[0]()
		a.changes = a.changes[1:]
	}
	return a.Source.View(ctx)
}

// alter has the sales altered during the next run, once for each change.
func (b *bundle) alter(policy project.Drift, changes ...func()) *altered {
	a := &altered{Source: b.source, changes: changes}
	b.runner.Project.Sources[0].Drift = policy
	b.runner.Open = func(context.Context, project.Source) (archwire.Source, error) { return a, nil }
	return a
}

// withNote gives the sales a column that nothing uses.
func withNote(t *testing.T) *bundle {
	t.Helper()
	b := setup(t)
	text := archwire.Column{Name: "note", Type: archwire.Type{Kind: archwire.Text}}
	b.source.AddColumn("sale", text, "x")
	b.sales().Columns = append(b.sales().Columns, text)
	return b
}

func TestARunFollowsWhatIsAlteredUnderIt(t *testing.T) {
	t.Parallel()
	b := withNote(t)
	b.alter(project.DriftFollow, func() { b.source.DropColumn("sale", "note") })
	run, err := b.run(t)
	check(t, err)
	if got, want := b.amounts(t), "1=10.10 2=99.99"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
	if run.Rows != 5 || len(run.Events) != 1 || run.Events[0] != archwire.EventDrift {
		t.Errorf("the run read %d rows and met %v, want 5 rows and the drift", run.Rows, run.Events)
	}
	for _, d := range run.Details {
		if d.Verb == archwire.Extract && d.What == "app.sale" && d.Rows != 3 {
			t.Errorf("the run says that it read %d sales, want 3", d.Rows)
		}
	}
}

func TestARunLooksAgainOnce(t *testing.T) {
	t.Parallel()
	b := withNote(t)
	more := archwire.Column{Name: "more", Type: archwire.Type{Kind: archwire.Text}}
	a := b.alter(project.DriftFollow,
		func() { b.source.DropColumn("sale", "note"); b.source.AddColumn("sale", more, "x") },
		func() { b.source.DropColumn("sale", "more") },
		func() { t.Error("the source was read a third time") },
	)
	_, err := b.run(t)
	if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(archwire.MessageOf(err), "app.sale") || len(a.changes) != 1 {
		t.Errorf("%v with %d changes to come, want one sentence about the sales after two readings", err, len(a.changes))
	}
}

func TestARunStopsAtWhatIsAlteredUnderIt(t *testing.T) {
	t.Parallel()
	for policy, want := range map[project.Drift]string{
		project.DriftStop:   "app.sale has no column note any more",
		project.DriftFollow: "app.sale has no column amount any more (needed by models sales.totals; datasets totals)",
	} {
		t.Run(string(policy), func(t *testing.T) {
			t.Parallel()
			b := withNote(t)
			column := map[project.Drift]string{project.DriftStop: "note", project.DriftFollow: "amount"}[policy]
			a := b.alter(policy, func() { b.source.DropColumn("sale", column) }, func() { t.Error("the source was read again") })
			_, err := b.run(t)
			if archwire.CodeOf(err) != archwire.Invalid || archwire.MessageOf(err) != want || len(a.changes) != 1 {
				t.Errorf("%v, want %s", err, want)
			}
		})
	}
}
