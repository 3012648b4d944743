package archwire

import "time"

// A Verb is one of the seven steps.
type Verb string

// The verbs, in order.
const (
	Discover Verb = "discover"
	Extract  Verb = "extract"
	LoadVerb Verb = "load"
	Refresh  Verb = "refresh"
	Verify   Verb = "verify"
	Publish  Verb = "publish"
	Serve    Verb = "serve"
)

// A RunEvent tells how a run is getting on. Rows and Of count the same things:
// rows while extracting, models while refreshing, slices while publishing.
type RunEvent struct {
	Verb Verb
	What string        // the table, model or dataset; "" for the verb as a whole
	Rows int64         // done so far
	Of   int64         // expected in all; 0 when unknown
	Took time.Duration // set when Done
	Done bool
	Note string // a fact worth a line: "payer has a new column rating, not copied"
}

// A RunState says how a run ended, or that it has not.
type RunState string

// The states.
const (
	Running   RunState = "running"
	Succeeded RunState = "succeeded"
	Failed    RunState = "failed"
)

// A Run is one pass through the verbs, as the state store remembers it.
type Run struct {
	ID          RunID         `json:"run"`
	State       RunState      `json:"state"`
	StartedAt   time.Time     `json:"started_at"`
	EndedAt     time.Time     `json:"ended_at,omitzero"`
	Verb        Verb          `json:"verb"` // the one it is in, or ended in
	AsOf        Day           `json:"as_of,omitempty"`
	Rows        int64         `json:"rows"`
	Publication PublicationID `json:"publication,omitempty"`
	Error       string        `json:"error,omitempty"`
	Hint        string        `json:"hint,omitempty"`
	Code        Code          `json:"code,omitempty"`
	Steps       []Step        `json:"steps"`
}

// A Step is how long one verb of a run took and what it handled.
type Step struct {
	Verb  Verb          `json:"verb"`
	Took  time.Duration `json:"took_ns"`
	Count int64         `json:"count"` // rows, models, tables or slices
}
