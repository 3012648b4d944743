package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
)

// olderOptions are the flags of plan that write older contracts down.
type olderOptions struct {
	write  bool
	sunset string
}

// keptDays is how long an older contract is served unless --sunset says otherwise.
const keptDays = 180

func (o *olderOptions) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.write, "write-old", false, "write datasets/NAME@N.yaml for each contract in service that the project has raised")
	cmd.Flags().StringVar(&o.sunset, "sunset", "", fmt.Sprintf("with --write-old: the last day on which they are published; in %d days when left out", keptDays))
}

// day is the last day on which what is written today is published.
func (o *olderOptions) day(today archwire.Day) (archwire.Day, error) {
	if o.sunset == "" {
		return archwire.DayOf(today.Time().AddDate(0, 0, keptDays)), nil
	}
	sunset, err := archwire.ParseDay(o.sunset)
	if err != nil {
		return "", invalidFlag("--sunset: "+err.Error(), "Write the last day on which the older contract is to be published.")
	}
	if sunset < today {
		return "", invalidFlag(fmt.Sprintf("--sunset %s is past", sunset), "Choose a day to come: a contract is not published after its sunset.")
	}
	return sunset, nil
}

// writeOlder writes a file for each contract in service that p has replaced by a
// higher one, and reads the project again.
func (a *app) writeOlder(ctx context.Context, p *project.Project, o *olderOptions) (*project.Project, error) {
	sunset, err := o.day(archwire.DayOf(a.Now().In(p.Schedule.Timezone)))
	if err != nil {
		return nil, err
	}
	store, err := a.openStore(p)
	if err != nil {
		return nil, err
	}
	service, err := store.Current(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range service.Datasets {
		older := archwire.UnderContract(archwire.Family(d.Name), d.Contract)
		newest, there := p.Dataset(archwire.Family(d.Name))
		if !there || newest.Contract <= d.Contract {
			continue
		}
		if kept, ok := p.Dataset(older); ok {
			fmt.Fprintf(a.Err, "%s is there already, until %s, and is left alone\n", older, kept.Sunset)
			continue
		}
		d.Name, d.From, d.Sunset = older, newest.From, sunset
		content, err := project.WriteDataset(d)
		if err != nil {
			return nil, err
		}
		file := "datasets/" + older + ".yaml"
		if err := writeFile(p.Path(file), content); err != nil {
			return nil, err
		}
		fmt.Fprintf(a.Err, "wrote %s: review it, above all where it is from\n", file)
	}
	return a.load()
}
