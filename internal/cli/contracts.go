package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"archwire"
	"archwire/internal/contract"
	"archwire/internal/project"
	"archwire/internal/serve/ledger"
)

// noticeDays is how long before a sunset people are reminded of it.
const noticeDays = 30

// A contractPlan is what a publication would mean to those who use the one in
// service.
type contractPlan struct {
	Against archwire.PublicationID `json:"against,omitempty"` // "" when nothing is in service
	Changes []contract.Verdict     `json:"changes"`           // that break a contract
	Notes   []string               `json:"notes"`
	Ended   []project.Ended        `json:"ended"`  // after their sunset
	Ending  []project.Ended        `json:"ending"` // within the next days
}

// contracts holds what p would publish for a business date against what is in
// service and, where that breaks, against the ledger. "" is a date that is not known
// yet; it is no earlier than the one in service.
func (a *app) contracts(ctx context.Context, p *project.Project, on archwire.Day) (contractPlan, error) {
	out := contractPlan{Changes: []contract.Verdict{}, Notes: []string{}, Ended: []project.Ended{}, Ending: []project.Ended{}}
	store, err := a.openStore(p)
	if err != nil {
		return out, err
	}
	service, err := store.Current(ctx)
	code := archwire.CodeOf(err)
	if code == archwire.Mismatch { // the next publication replaces it whole
		out.Notes = append(out.Notes, archwire.MessageOf(err)+"; contracts were compared with nothing")
	}
	if err != nil && code != archwire.Mismatch && code != archwire.NotFound {
		return out, err
	}
	if err != nil {
		service = archwire.Manifest{}
	}
	if on == "" {
		on = service.AsOf
	}
	out.Against = service.ID
	datasets, metrics, ended := p.On(on)
	out.Ended, out.Ending = append(out.Ended, ended...), append(out.Ending, p.Ending(on, noticeDays)...)
	next := contract.Offer{Datasets: datasets, Metrics: metrics}
	changes := contract.Compare(contract.Offer{Datasets: service.Datasets, Metrics: service.Metrics}, next, on)
	if len(changes) == 0 {
		return out, nil // what was used does not matter
	}
	uses, notes, err := a.uses(ctx, p)
	if err != nil {
		return out, err
	}
	out.Changes, out.Notes = contract.Judge(changes, uses), append(out.Notes, notes...)
	for _, v := range out.Changes {
		if !v.Refused {
			out.Notes = append(out.Notes, fmt.Sprintf("%s; nobody used it in the last %d days", v.Change, contract.Days))
		}
	}
	return out, nil
}

// uses sums up what was disclosed in the days that count. A ledger that cannot be
// read is an error: nobody knows then what was used.
func (a *app) uses(ctx context.Context, p *project.Project) (uses []ledger.Use, notes []string, err error) {
	objects, err := openObjects(p)
	if err != nil {
		return nil, nil, err
	}
	archive := &ledger.Archive{Dir: p.Path(p.Ledger.Path), Store: objects, Now: a.Now}
	uses, err = archive.Uses(ctx, a.Now().Add(-contract.Days*24*time.Hour))
	if err != nil {
		return nil, nil, ledger.ErrUnreadable(err)
	}
	st, err := a.openState(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	notes, err = archive.Elsewhere(ctx, st)
	return uses, notes, ledger.ErrUnreadable(err)
}

// keepContracts is what a run asks before it reads and before it publishes.
func (a *app) keepContracts() func(context.Context, *project.Project, archwire.Day) ([]string, error) {
	said := map[string]bool{}
	return func(ctx context.Context, p *project.Project, on archwire.Day) (notes []string, err error) {
		plan, err := a.contracts(ctx, p, on)
		for _, note := range plan.Notes {
			if !said[note] {
				said[note], notes = true, append(notes, note)
			}
		}
		return notes, errors.Join(err, contract.Err(plan.Changes))
	}
}

// showContracts prints what of a plan is about contracts.
func (a *app) showContracts(c contractPlan) {
	for _, v := range c.Changes {
		if v.Refused {
			fmt.Fprintf(a.Out, "REFUSED: %s, which %s\n    %s\n", v.Change, contract.Users(v.UsedBy), v.Way)
		}
	}
	for _, note := range c.Notes {
		fmt.Fprintf(a.Out, "Note: %s\n", note)
	}
	a.showEnds(c.Ended, c.Ending)
}

func (a *app) showEnds(ended, ending []project.Ended) {
	for _, e := range ended {
		fmt.Fprintln(a.Out, e)
	}
	for _, e := range ending {
		fmt.Fprintf(a.Out, "%s %s is published for the last time for %s\n", e.Kind, e.Name, e.Sunset)
	}
}
