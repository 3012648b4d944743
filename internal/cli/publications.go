package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/progress"
	"archwire/internal/publish"
)

// A listedPublication is what publications --json tells of one.
type listedPublication struct {
	ID        archwire.PublicationID `json:"publication"`
	InService bool                   `json:"in_service"`
	AsOf      archwire.Day           `json:"as_of,omitempty"`
	CreatedAt time.Time              `json:"created_at,omitzero"`
	Slices    int                    `json:"slices"`
	Rows      int64                  `json:"rows_verified"`
	Error     string                 `json:"error,omitempty"`
}

func newPublicationsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "publications",
		Short: "List the publications; the one in service is marked",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.load()
			if err != nil {
				return err
			}
			store, err := a.openStore(p)
			if err != nil {
				return err
			}
			found, err := store.List(cmd.Context())
			if err != nil {
				return err
			}
			list := make([]listedPublication, len(found))
			for i, l := range found {
				list[i] = listed(l)
			}
			if a.json {
				return writeJSON(a.Out, map[string]any{"publications": list})
			}
			return a.showPublications(list)
		},
	}
}

func listed(l publish.Listed) listedPublication {
	out := listedPublication{
		ID: l.ID, InService: l.Current, AsOf: l.Manifest.AsOf, CreatedAt: l.Manifest.CreatedAt,
		Slices: l.Manifest.Slices, Rows: l.Manifest.Verification.Rows(),
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
	t := newTable(a.Out, "publication", "as of", "created", "slices", "rows verified", "")
	for _, l := range list {
		remark := l.Error
		if l.InService {
			remark = "in service"
		}
		if l.Error != "" {
			t.row(string(l.ID), "-", "-", "-", "-", remark)
			continue
		}
		t.row(string(l.ID), string(l.AsOf), l.CreatedAt.Format(time.RFC3339),
			progress.Count(int64(l.Slices)), progress.Count(l.Rows), remark)
	}
	t.flush()
	return nil
}
