package api

import (
	"encoding/json"
	"fmt"
	"time"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/request"
)

// publicationsPath is where the publications that are kept are listed.
const publicationsPath = "/v1/publications"

// keptDoc is a publication that can be asked for by its id.
type keptDoc struct {
	ID        archwire.PublicationID `json:"id" doc:"Names the publication in paths." example:"20261121T021400Z-4f9c"`
	AsOf      archwire.Day           `json:"as_of" doc:"Its business date." format:"date"`
	CreatedAt time.Time              `json:"created_at" doc:"When it was made."`
	Current   bool                   `json:"current" doc:"Whether it is in service."`
}

// publications answers /v1/publications: those that are kept, newest first.
func (h *Handler) publications(c *call) error {
	if _, err := request.Parse(c.R.URL.RawQuery, nil, false); err != nil {
		return err
	}
	kept, err := h.Reader.Kept(c.Ctx)
	if err != nil {
		return unavailable(c, err)
	}
	var b canon.Text
	b.Add("publications")
	out := []keptDoc{}
	for _, k := range kept {
		out = append(out, keptDoc{ID: k.ID, AsOf: k.AsOf, CreatedAt: k.CreatedAt.UTC(), Current: k.ID == c.ed.Manifest.ID})
		b.Add(string(k.ID))
	}
	return h.respond(c, b.String(), func() ([]byte, disclosure, error) {
		text, err := json.Marshal(out)
		if err != nil {
			return nil, disclosure{}, fmt.Errorf("listing publications: %w", err)
		}
		return catalogue.Envelope{}.Close(append(catalogue.Envelope{}.Open(), text...), c.ed.Edition), disclosure{}, nil
	})
}
