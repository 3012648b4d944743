package operator

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"archwire"
	"archwire/internal/publish"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/webhook"
)

// PublicationDoc is a publication that the store holds.
type PublicationDoc struct {
	Publication archwire.PublicationID `json:"publication"`
	InService   bool                   `json:"in_service"`
	AsOf        archwire.Day           `json:"as_of"`
	CreatedAt   *time.Time             `json:"created_at" nullable:"true"`
	Run         archwire.RunID         `json:"run" doc:"Which made it."`
	Previous    archwire.PublicationID `json:"previous" doc:"What was in service when it was made."`
	Slices      int                    `json:"slices"`
	Rows        int64                  `json:"rows_verified"`
	Entered     []EnteredDoc           `json:"entered" doc:"When it went into service, the latest first, as far as is remembered."`
	Problem     string                 `json:"problem" doc:"Why it cannot be read; empty where it can."`
}

// EnteredDoc is a switch to a publication.
type EnteredDoc struct {
	At       time.Time              `json:"at"`
	By       string                 `json:"by" enum:"run,hand" doc:"The run that made it, the first time; otherwise somebody's hand."`
	Who      string                 `json:"who" doc:"Whose hand: the name of a person, or operator:USER of the command line; empty of a run, and where it is not known."`
	Previous archwire.PublicationID `json:"previous" doc:"What was in service before; empty where nothing was."`
}

// entriesSeen is how many switches are looked at.
const entriesSeen = 500

// ListPublications answers GET /v1/operator/publications.
func (h *Handler) ListPublications(c *request.Call) error {
	return plain(c, func(ctx context.Context) ([]PublicationDoc, error) {
		listed, err := h.Publications.List(ctx)
		if err != nil {
			return nil, err
		}
		entries, err := h.Journal.Entries(ctx, entriesSeen)
		if err != nil {
			return nil, err
		}
		named, err := h.names(ctx)
		docs := []PublicationDoc{}
		for _, l := range listed {
			docs = append(docs, publicationDocOf(l, entries, named))
		}
		return docs, err
	})
}

func publicationDocOf(l publish.Listed, entries []webhook.Entry, named map[string]string) PublicationDoc {
	m := l.Manifest
	doc := PublicationDoc{
		Publication: l.ID, InService: l.Current, AsOf: m.AsOf, CreatedAt: optional(m.CreatedAt), Run: m.Run, Previous: m.Previous,
		Slices: m.Slices, Rows: m.Verification.Rows(), Entered: []EnteredDoc{},
	}
	if l.Err != nil {
		doc.Problem = archwire.MessageOf(l.Err)
	}
	for _, e := range entries {
		if e.Publication == l.ID {
			doc.Entered = append(doc.Entered, EnteredDoc{e.At.UTC(), "hand", whoOf(e.By, named), e.Previous})
		}
	}
	if n := len(doc.Entered); n > 0 && doc.Entered[n-1].Previous == m.Previous && doc.Entered[n-1].Who == "" {
		doc.Entered[n-1].By = "run"
	}
	return doc
}

// whoOf is whose hand switched, as the journal has it, in the names of people.
func whoOf(by string, named map[string]string) string {
	if id, ok := strings.CutPrefix(by, "person "); ok {
		return cmp.Or(named[id], id)
	}
	if strings.HasPrefix(by, "run ") {
		return ""
	}
	return by
}

// ServiceRequest asks for a publication to be put into service.
type ServiceRequest struct {
	Publication archwire.PublicationID `json:"publication" doc:"The publication to serve, an earlier or a later one."`
}

// InServiceDoc says what is in service.
type InServiceDoc struct {
	Publication archwire.PublicationID `json:"publication"`
	AsOf        archwire.Day           `json:"as_of"`
	Previous    archwire.PublicationID `json:"previous" doc:"What was in service before; the same where nothing had to be done."`
}

// Switch answers POST /v1/operator/service. To ask for what is in service already
// does nothing.
func (h *Handler) Switch(c *request.Call) error {
	if _, err := request.Parse(c.R.URL.RawQuery, nil, false); err != nil {
		return err
	}
	var ask ServiceRequest
	if err := c.Decode(&ask); err != nil {
		return err
	}
	if ask.Publication == "" {
		return problem.Wrong("publication", "It is not said which publication is to be served.", "/v1/operator/publications lists them.")
	}
	was, err := h.Publications.Current(c.Ctx)
	if err != nil && archwire.CodeOf(err) != archwire.Mismatch { // what is in service may be what is to be got rid of
		return err
	}
	is := was
	if was.ID != ask.Publication {
		if is, err = h.Publications.Switch(c.Ctx, ask.Publication, c.Caller()); err != nil {
			return refused(err, ask.Publication)
		}
		h.Log.InfoContext(c.Ctx, "done by an operator", "what", "switched", "publication", is.ID, "before", was.ID,
			"person", c.Scope.Person().ID, "request_id", c.ID)
	}
	return c.Told(http.StatusOK, Doc{InServiceDoc{is.ID, is.AsOf, was.ID}})
}

// refused says why a publication is not put into service. One that is not whole is
// not the server's fault.
func refused(err error, id archwire.PublicationID) error {
	switch archwire.CodeOf(err) { //nolint:exhaustive // the others say themselves what they are
	case archwire.NotFound:
		return problem.NotFound("publication", "There is no publication "+problem.Clip(string(id))+".", "/v1/operator/publications lists them.")
	case archwire.Mismatch:
		p := problem.New(problem.KindConflict, "Publication "+string(id)+" is not whole, so it is not put into service.")
		p.Field, p.Hint, p.Cause = "publication", "Choose another one, or run archwire run to publish anew.", err
		return p
	}
	return err
}
