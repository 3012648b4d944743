package api

import (
	"encoding/json"
	"fmt"

	"archwire/internal/serve/canon"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/request"
)

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
	out := []describe.KeptDoc{}
	for _, k := range kept {
		out = append(out, describe.KeptDoc{ID: k.ID, AsOf: k.AsOf, CreatedAt: k.CreatedAt.UTC(), Current: k.ID == c.ed.Manifest.ID})
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
