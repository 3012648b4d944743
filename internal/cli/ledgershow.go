package cli

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"archwire/internal/serve/ledger"
	"archwire/internal/state"
)

// showElsewhere tells what is missing from an answer because another server has it on
// its own disk.
func (a *app) showElsewhere(ctx context.Context, archive *ledger.Archive, anchors ledger.Anchors) error {
	notes, err := archive.Elsewhere(ctx, anchors)
	for _, note := range notes {
		fmt.Fprintln(a.Err, "note:", note)
	}
	return ledger.ErrUnreadable(err)
}

// showRecords prints records as they are found. Where there are none it calls none,
// whose error is that of the command.
func (a *app) showRecords(ctx context.Context, st *state.Store, records iter.Seq2[ledger.Record, error], none func() error) error {
	if a.json {
		all := []ledger.Record{}
		for r, err := range records {
			if err != nil {
				return ledger.ErrUnreadable(err)
			}
			all = append(all, r)
		}
		if len(all) == 0 {
			if err := none(); err != nil {
				return err
			}
		}
		return writeJSON(a.Out, map[string]any{"entries": all})
	}
	people, err := peopleByID(ctx, st)
	if err != nil {
		return err
	}
	found := false
	t := newTable(a.Out, "at", "who", "about", "what", "rows", "profile", "outcome", "request")
	defer func() {
		if found {
			t.flush()
		}
	}()
	for r, err := range records {
		if err != nil {
			return ledger.ErrUnreadable(err)
		}
		found = true
		t.row(r.At.UTC().Format(time.RFC3339), recipient(r.Entry, people), about(r.Parts), r.Resource+" "+r.Name, count(r.Rows()),
			string(r.Profile), string(r.Outcome), r.Request)
	}
	if !found {
		return none()
	}
	return nil
}

// peopleByID are the names of all people by their ids.
func peopleByID(ctx context.Context, st *state.Store) (map[string]string, error) {
	all, err := st.People(ctx, "")
	names := make(map[string]string, len(all))
	for _, p := range all {
		names[p.ID] = p.Name
	}
	return names, err
}

// recipient names who was sent something: a client, a person, or a person who called
// for a client, or looked at things as somebody else. Somebody whom the state does not know has an id.
func recipient(e ledger.Entry, people map[string]string) string {
	person := people[e.Person]
	if person == "" && e.Person != "" {
		person = "person " + e.Person
	}
	if e.ViewedAs != "" {
		person += " as " + e.ViewedAs
	}
	if e.Client != "" && person != "" {
		return e.Client + " (" + person + ")"
	}
	return e.Client + person
}

// showNobody says that a person's rows were sent to nobody, and how much that means.
func (a *app) showNobody(ctx context.Context, archive *ledger.Archive) error {
	since, err := archive.Since(ctx)
	if err != nil || a.json {
		return ledger.ErrUnreadable(err)
	}
	back := "which is empty"
	if !since.IsZero() {
		back = "which goes back to " + since.UTC().Format(time.RFC3339)
	}
	_, err = fmt.Fprintf(a.Out, "Nobody was sent rows of that person, as far as the ledger tells, %s.\n"+
		"It tells persons by the column that person: names in datasets/*.yaml: give the key as the API writes it.\n", back)
	return err
}

// about names tenants, the first few of many.
func about(parts []ledger.Part) string {
	const most = 3
	var names []string
	for _, p := range parts[:min(len(parts), most)] {
		names = append(names, p.Tenant)
	}
	if more := len(parts) - most; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

func (a *app) showProof(proof ledger.Proof) error {
	if a.json {
		return writeJSON(a.Out, proof)
	}
	for _, c := range proof.Chains {
		if c.Entries == 0 {
			fmt.Fprintf(a.Out, "chain %s: no entries since %s\n", c.Chain, c.Since.UTC().Format(time.RFC3339))
			continue
		}
		fmt.Fprintf(a.Out, "chain %s: %s entries since %s, proved up to line %d\n", c.Chain, count(c.Entries), c.Since.UTC().Format(time.RFC3339), c.Seq)
	}
	for _, problem := range proof.Problems {
		fmt.Fprintln(a.Out, problem)
	}
	for _, note := range proof.Notes {
		fmt.Fprintln(a.Err, "note:", note)
	}
	if len(proof.Chains)+len(proof.Problems)+len(proof.Notes) == 0 {
		fmt.Fprintln(a.Out, "Nothing was disclosed yet.")
	}
	return nil
}
