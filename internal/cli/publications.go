package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

// A listedPublication is what publications --json tells of one.
type listedPublication struct {
	ID        archwire.PublicationID `json:"publication"`
	InService bool                   `json:"in_service"`
	AsOf      archwire.Day           `json:"as_of,omitempty"`
	CreatedAt time.Time              `json:"created_at,omitzero"`
	Slices    int                    `json:"slices"`
	Rows      int64                  `json:"rows_verified"`
	Entered   []enteredService       `json:"entered"` // the latest first
	Error     string                 `json:"error,omitempty"`
}

// An enteredService is a switch to a publication.
type enteredService struct {
	At time.Time `json:"at"`
	By string    `json:"by"` // run ID, person ID or operator:USER; "" is not known
}

// switchesSeen is how many of the last switches are looked at.
const switchesSeen = 500

func newPublicationsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "publications",
		Short: "List the publications; the one in service is marked",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				store, err := a.openStore(p)
				if err != nil {
					return err
				}
				found, err := store.List(cmd.Context())
				if err != nil {
					return err
				}
				entries, err := st.Entries(cmd.Context(), switchesSeen)
				if err != nil {
					return err
				}
				list := make([]listedPublication, len(found))
				for i, l := range found {
					list[i] = listed(l, entries)
				}
				if a.json {
					return writeJSON(a.Out, map[string]any{"publications": list})
				}
				return a.showPublications(list)
			})
		},
	}
	cmd.AddCommand(newPublicationsCompareCommand(a), newPublicationsProofCommand(a))
	return cmd
}

func listed(l publish.Listed, entries []webhook.Entry) listedPublication {
	out := listedPublication{
		ID: l.ID, InService: l.Current, AsOf: l.Manifest.AsOf, CreatedAt: l.Manifest.CreatedAt,
		Slices: l.Manifest.Slices, Rows: l.Manifest.Verification.Rows(), Entered: []enteredService{},
	}
	for _, e := range entries {
		if e.Publication == l.ID {
			out.Entered = append(out.Entered, enteredService{e.At.UTC(), e.By})
		}
	}
	if l.Err != nil {
		out.Error = oneLine(l.Err.Error())
	}
	return out
}

func (a *app) showPublications(list []listedPublication) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(a.Out, "No publication yet. Make one with: archwire run")
		return err
	}
	t := newTable(a.Out, "publication", "as of", "created", "slices", "rows verified", "put into service", "")
	for _, l := range list {
		remark := l.Error
		if l.InService {
			remark = "in service"
		}
		if l.Error != "" {
			t.row(string(l.ID), "-", "-", "-", "-", "-", remark)
			continue
		}
		t.row(string(l.ID), string(l.AsOf), l.CreatedAt.Format(time.RFC3339),
			progress.Count(int64(l.Slices)), progress.Count(l.Rows), l.lastEntered(), remark)
	}
	t.flush()
	return nil
}

// lastEntered is when it was put into service last, and by whom.
func (l listedPublication) lastEntered() string {
	if len(l.Entered) == 0 {
		return "-"
	}
	return strings.TrimSuffix(minute(l.Entered[0].At)+" by "+l.Entered[0].By, " by ")
}
