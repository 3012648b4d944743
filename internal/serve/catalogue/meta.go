package catalogue

import (
	"encoding/json"
	"fmt"
	"time"

	"archwire"
	"archwire/internal/serve/measure"
)

// MetaDoc is what every answer says about where it comes from.
type MetaDoc struct {
	Publication archwire.PublicationID `json:"publication" doc:"The publication that the whole answer comes from." example:"20261121T021400Z-4f9c"`
	AsOf        archwire.Day           `json:"as_of" doc:"The business date: the last day that the data cover." format:"date"`
	DataThrough time.Time              `json:"data_through" doc:"The oldest instant at which a source was read."`
	Verified    VerifiedDoc            `json:"verified" doc:"What was proved about the copy before it was published."`
	Contract    int                    `json:"contract,omitempty" doc:"The contract version of the dataset answered from."`
	Since       archwire.PublicationID `json:"since,omitempty" doc:"The publication that changes begin with." example:"20261120T021400Z-83d1"`
	Metric      *measure.AboutMetric   `json:"metric,omitempty" doc:"The metric answered, where it is one."`
}

// VerifiedDoc is what was proved.
type VerifiedDoc struct {
	Method string    `json:"method" doc:"How source and copy were compared." example:"count"`
	Tables int       `json:"tables" doc:"How many tables were compared."`
	Checks int       `json:"checks" doc:"How many checks of the project ran and found nothing."`
	At     time.Time `json:"at" doc:"When."`
}

func metaOf(m archwire.Manifest) ([]byte, error) {
	v := m.Verification
	text, err := json.Marshal(MetaDoc{
		Publication: m.ID, AsOf: m.AsOf, DataThrough: m.DataThrough.UTC(),
		Verified: VerifiedDoc{Method: v.Method, Tables: len(v.Tables), Checks: v.Checks, At: v.At.UTC()},
	})
	if err != nil {
		return nil, fmt.Errorf("writing the meta of publication %s: %w", m.ID, err)
	}
	return text[1 : len(text)-1], nil
}
