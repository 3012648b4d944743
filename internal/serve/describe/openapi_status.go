package describe

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"archwire"
	"archwire/internal/serve/catalogue"
)

func (d *describer) status() *huma.Operation {
	return &huma.Operation{
		Method: http.MethodGet, Path: catalogue.StatusPath, OperationID: "status", Summary: "Whether what is in service is as fresh as promised",
		Description: "How old the data may become, whether they are older, and how the last run ended: while it is one that failed, what an earlier run published stays in service.",
		Parameters:  d.headers(), Security: security(),
		Responses: d.responses(d.envelope("status", d.schema(catalogue.StatusDoc{})), nil),
	}
}

// exampleStatus is one as it might be, made up.
func exampleStatus() catalogue.StatusDoc {
	within, began := int64(26*60*60), time.Date(2026, time.November, 21, 2, 0, 0, 0, time.UTC)
	return catalogue.StatusDoc{WithinSeconds: &within, LastRun: &catalogue.LastRun{
		State: archwire.Succeeded, StartedAt: began, EndedAt: began.Add(14 * time.Minute), Verb: archwire.Publish,
	}}
}
