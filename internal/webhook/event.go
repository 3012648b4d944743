package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"archwire"
)

// The events that clients are told of.
const (
	Completed archwire.Event = "publication.completed" // a publication went into service, a new one or an earlier one again
	Test      archwire.Event = "test"                  // somebody tries whether an endpoint is told
)

// An Entry is one switch to a publication. Entries are numbered from 1 without a
// gap, in the order in which publications went into service.
type Entry struct {
	Sequence    int64
	Publication archwire.PublicationID
	Previous    archwire.PublicationID // which was in service before; "" is none
	AsOf        archwire.Day
	DataThrough time.Time
	CreatedAt   time.Time // when the publication was made
	At          time.Time // when it was seen in service
	By          string    // who put it there: run ID, person ID or operator:USER; "" is not known. Nobody is told of it
}

// A body is what is sent. It names no tenant and holds no data, and is the same for
// every client.
type body struct {
	Format      int                     `json:"format"` // 1
	ID          string                  `json:"id"`
	Event       archwire.Event          `json:"event"`
	At          time.Time               `json:"at"`
	Sequence    int64                   `json:"sequence,omitempty"`
	Publication archwire.PublicationID  `json:"publication,omitempty"`
	Previous    *archwire.PublicationID `json:"previous,omitempty"`
	AsOf        archwire.Day            `json:"as_of,omitempty"`
	DataThrough time.Time               `json:"data_through,omitzero"`
	CreatedAt   time.Time               `json:"created_at,omitzero"`
	URL         string                  `json:"url,omitempty"` // of the manifest, at the server that the client asks
}

// An Event is something to tell: its id, equal for equal events, and the bytes.
type Event struct {
	ID       string
	Name     archwire.Event
	Sequence int64
	Body     string
}

// Event is what is told of an entry, to the byte.
func (e Entry) Event() (Event, error) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s", Completed, e.Sequence, e.Publication))
	b := body{
		ID: "evt_" + hex.EncodeToString(sum[:10]), Event: Completed, At: e.At.UTC(), Sequence: e.Sequence, Publication: e.Publication,
		AsOf: e.AsOf, DataThrough: e.DataThrough.UTC(), CreatedAt: e.CreatedAt.UTC(), URL: "/v1/publications/" + string(e.Publication) + "/manifest",
	}
	if e.Previous != "" {
		b.Previous = &e.Previous
	}
	return b.event()
}

// Trial is what is told when somebody tries an endpoint; suffix tells one trial
// from another.
func Trial(suffix string, at time.Time) (Event, error) {
	return body{ID: "evt_" + suffix, Event: Test, At: at.UTC()}.event()
}

func (b body) event() (Event, error) {
	b.Format = 1
	text, err := json.Marshal(b)
	if err != nil {
		return Event{}, fmt.Errorf("writing event %s: %w", b.Event, err)
	}
	return Event{ID: b.ID, Name: b.Event, Sequence: b.Sequence, Body: string(text)}, nil
}

// PublicationOf is the publication that an event's body names; "" is none.
func PublicationOf(text string) archwire.PublicationID {
	var b body
	if json.Unmarshal([]byte(text), &b) != nil {
		return ""
	}
	return b.Publication
}
