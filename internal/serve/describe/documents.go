package describe

import (
	"time"

	"archwire"
	"archwire/internal/serve/catalogue"
)

// KeptDoc is a publication that can be asked for by its id.
type KeptDoc struct {
	ID        archwire.PublicationID `json:"id" doc:"Names the publication in paths." example:"20261121T021400Z-4f9c"`
	AsOf      archwire.Day           `json:"as_of" doc:"Its business date." format:"date"`
	CreatedAt time.Time              `json:"created_at" doc:"When it was made."`
	Current   bool                   `json:"current" doc:"Whether it is in service."`
}

// ManifestDoc is a page of a manifest.
type ManifestDoc struct {
	Publication archwire.PublicationID `json:"publication" doc:"The publication; its id where the path says current."`
	Previous    archwire.PublicationID `json:"previous,omitempty" doc:"The publication that was in service when this one was made. It may not be kept any more."`
	CreatedAt   time.Time              `json:"created_at" doc:"When the publication was made."`
	Current     bool                   `json:"current" doc:"Whether it is in service."`
	Datasets    []catalogue.DatasetDoc `json:"datasets" doc:"The datasets asked for, once for each profile in which slices of it are given, with the columns that these slices have."`
	Slices      []map[string]any       `json:"slices" doc:"The slices, by dataset and tenant."`
}

// Health is what /healthz and /readyz say.
type Health struct {
	Status      string                 `json:"status" doc:"ok, or what is wrong." example:"ok"`
	Publication archwire.PublicationID `json:"publication,omitempty" doc:"The publication in service."`
	AsOf        archwire.Day           `json:"as_of,omitempty" doc:"Its business date." format:"date"`
}
