// Package webhook is what clients are told of publications by HTTP: which
// endpoints they have named, what is sent there, and where nothing is sent
// whatever a client says. docs/reference/webhooks.md is what receivers may rely on.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"time"

	"archwire"
)

// A Hook is an endpoint that a client has named, to be told of each publication
// that goes into service.
type Hook struct {
	ID         string    `json:"webhook"`
	Client     string    `json:"client"`
	URL        string    `json:"url"` // may hold secrets of the client's: for its own eyes only
	CreatedAt  time.Time `json:"created_at"`
	EnabledAt  time.Time `json:"enabled_at"`           // failures before are not held against it
	DisabledAt time.Time `json:"disabled_at,omitzero"` // since when it is told nothing; zero while it is
}

// A Delivery is one event for one hook, and what became of it.
type Delivery struct {
	ID          string                 `json:"id"` // of the event: equal events have equal ids
	Event       archwire.Event         `json:"event"`
	Sequence    int64                  `json:"sequence,omitempty"`
	Publication archwire.PublicationID `json:"publication,omitempty"`
	State       string                 `json:"state"` // pending, delivered or failed
	Attempts    int                    `json:"attempts"`
	CreatedAt   time.Time              `json:"created_at"`
	NextAt      time.Time              `json:"next_at,omitzero"` // of the next attempt, while pending
	EndedAt     time.Time              `json:"ended_at,omitzero"`
	Answer      string                 `json:"answer,omitempty"` // what became of the last attempt: "HTTP 503"
}

// Most is how many endpoints a client may have.
const Most = 10

// Remembered is how many switches from one publication to another are remembered,
// to be told again.
const Remembered = 1000

// idForm is what ids of hooks look like.
var idForm = regexp.MustCompile(`^wh_[a-z2-7]{16}$`)

// IsID says whether text could be the id of a hook. What could not may be a secret
// in the wrong place, and is not repeated.
func IsID(text string) bool { return idForm.MatchString(text) }

// Secret is what signs the events of a hook. It follows from the secret of the
// state and the id, so that none is stored beside the hook.
func Secret(master []byte, id string) string {
	mac := hmac.New(sha256.New, master)
	mac.Write([]byte("webhook\n" + id))
	return "awh_" + hex.EncodeToString(mac.Sum(nil))
}
