package cli

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"archwire/internal/serve/ledger"
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

// showRecords prints records as they are found.
func (a *app) showRecords(records iter.Seq2[ledger.Record, error]) error {
	if a.json {
		all := []ledger.Record{}
		for r, err := range records {
			if err != nil {
				return ledger.ErrUnreadable(err)
			}
			all = append(all, r)
		}
		return writeJSON(a.Out, map[string]any{"entries": all})
	}
	t := newTable(a.Out, "at", "client", "about", "what", "rows", "profile", "outcome", "request")
	defer t.flush()
	for r, err := range records {
		if err != nil {
			return ledger.ErrUnreadable(err)
		}
		t.row(r.At.UTC().Format(time.RFC3339), r.Client, about(r.Parts), r.Resource+" "+r.Name, count(r.Rows()),
			string(r.Profile), string(r.Outcome), r.Request)
	}
	return nil
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
