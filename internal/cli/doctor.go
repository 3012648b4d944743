package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
)

func newDoctorCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check connections, rights, versions, disk and clock, and say what to do",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found := a.diagnose(cmd.Context())
			if a.json {
				if err := writeJSON(a.Out, map[string]any{"diagnoses": found}); err != nil {
					return err
				}
			} else {
				a.showDiagnoses(found)
			}
			ill := 0
			for _, d := range found {
				if !d.OK {
					ill++
				}
			}
			if ill > 0 {
				return &archwire.Error{
					Code: archwire.Unavailable, Message: fmt.Sprintf("%d of %d things need attention", ill, len(found)),
				}
			}
			return nil
		},
	}
}

// diagnose looks at everything, whatever is wrong with one part.
func (a *app) diagnose(ctx context.Context) []archwire.Diagnosis {
	p, err := a.checked(ctx)
	if err != nil {
		found := []archwire.Diagnosis{sick("project", err)}
		if complaints, ok := errors.AsType[project.Complaints](err); ok {
			found[0].Says = fmt.Sprintf("%d complaints, the first: %s", len(complaints), complaints[0].Error())
			found[0].Do = "Run archwire check for all of them."
		}
		return found
	}
	found := []archwire.Diagnosis{{What: "project", OK: true, Says: fmt.Sprintf("%s has no complaints", p.Name)}}
	for _, s := range p.Sources {
		found = append(found, a.diagnoseSource(ctx, p, s)...)
	}
	found = append(found, a.diagnoseWarehouse(ctx, p)...)
	found = append(found, a.diagnoseState(ctx, p), a.diagnoseStore(ctx, p))
	return append(found, disks(p)...)
}

func (a *app) diagnoseSource(ctx context.Context, p *project.Project, s project.Source) []archwire.Diagnosis {
	src, err := a.openSource(ctx, p, s)
	if err != nil {
		return []archwire.Diagnosis{sick(s.Name, err)}
	}
	defer src.Close() //nolint:errcheck // only read
	doctor, ok := src.(archwire.Doctor)
	if !ok {
		return nil
	}
	found := doctor.Doctor(ctx)
	if s.Engine != project.EngineFiles && len(found) > 0 && found[0].OK { // of files it has looked at each table
		found = append(found, diagnoseTables(ctx, s, src))
	}
	return found
}

// diagnoseTables looks for the tables that the project declares.
func diagnoseTables(ctx context.Context, s project.Source, src archwire.Source) archwire.Diagnosis {
	what := s.Name + ": tables"
	now, err := src.Tables(ctx)
	if err != nil {
		return sick(what, err)
	}
	var lost []string
	for _, d := range s.Departures(now) {
		if d.Kind == project.TableVanished {
			lost = append(lost, d.Table)
		}
	}
	if len(lost) > 0 {
		return archwire.Diagnosis{
			What: what, Says: fmt.Sprintf("%d of %d declared tables cannot be seen: %s", len(lost), len(s.Tables), strings.Join(lost, ", ")),
			Do: "Grant SELECT on them to the user of the dsn, or, if they are gone, run archwire discover " + s.Name + " and review what it says.",
		}
	}
	return archwire.Diagnosis{What: what, OK: true, Says: fmt.Sprintf("all %d declared tables can be read", len(s.Tables))}
}

func (a *app) diagnoseWarehouse(ctx context.Context, p *project.Project) []archwire.Diagnosis {
	wh, err := openWarehouse(ctx, p)
	if err != nil {
		return []archwire.Diagnosis{sick("warehouse", err)}
	}
	defer wh.Close() //nolint:errcheck // only read
	return wh.Doctor(ctx)
}

func (a *app) diagnoseState(ctx context.Context, p *project.Project) archwire.Diagnosis {
	st, err := a.openState(ctx, p)
	if err != nil {
		return sick("state", err)
	}
	defer st.Close() //nolint:errcheck // only read
	keys, err := st.Keys(ctx)
	if err != nil {
		return sick("state", err)
	}
	return archwire.Diagnosis{What: "state", OK: true, Says: fmt.Sprintf("%d keys", len(keys))}
}

func (a *app) diagnoseStore(ctx context.Context, p *project.Project) archwire.Diagnosis {
	store, err := a.openStore(p)
	if err != nil {
		return sick("store", err)
	}
	list, err := store.List(ctx)
	if err != nil {
		return sick("store", err)
	}
	return archwire.Diagnosis{What: "store", OK: true, Says: fmt.Sprintf("%d publications", len(list))}
}

func sick(what string, err error) archwire.Diagnosis {
	return archwire.Diagnosis{What: what, Says: oneLine(archwire.MessageOf(err)), Do: archwire.HintOf(err)}
}

func (a *app) showDiagnoses(found []archwire.Diagnosis) {
	t := newTable(a.Out, "", "what", "found")
	for _, d := range found {
		t.row(checkedRow(d)...)
	}
	t.flush()
	for _, d := range found {
		if !d.OK && d.Do != "" {
			fmt.Fprintf(a.Out, "\n%s: %s\n", d.What, strings.TrimSpace(d.Do))
		}
	}
}

// checkedRow makes a line of a diagnosis.
func checkedRow(d archwire.Diagnosis) []string {
	mark := "ok"
	if !d.OK {
		mark = "!!"
	}
	return []string{mark, d.What, d.Says}
}
