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

// Verbs lists the verbs, in order.
func Verbs() []Verb {
	return []Verb{Discover, Extract, LoadVerb, Refresh, Verify, Publish, Serve}
}

// A RunEvent tells how a run is getting on. Rows and Of count the same things:
// rows while extracting, models while refreshing, slices while publishing.
type RunEvent struct {
	Verb  Verb
	What  string        // the table, model or dataset; "" for the verb as a whole
	Rows  int64         // done so far
	Of    int64         // expected in all; 0 when unknown
	Took  time.Duration // set when Done
	Begun bool          // work on What begins, which tells nothing of how far it is
	Done  bool
	Note  string // a fact worth a line: "payer has a new column rating, not copied"
}

// A RunState says how a run ended, or that it has not.
type RunState string

// The states.
const (
	Running   RunState = "running"
	Succeeded RunState = "succeeded"
	Failed    RunState = "failed"
)

// An Event is something that people are told of.
type Event string

// The events. Each run that ends is a success or a failure; a run may be drift or
// brake besides.
const (
	EventSuccess Event = "success" // a run has published
	EventFailure Event = "failure" // a run has failed, or was cut off
	EventLate    Event = "late"    // the publication in service is older than the project promises
	EventDrift   Event = "drift"   // a source has changed its tables or columns
	EventBrake   Event = "brake"   // more rows were deleted than a run may take over unasked
)

// Events lists the events.
func Events() []Event {
	return []Event{EventSuccess, EventFailure, EventLate, EventDrift, EventBrake}
}

// A Run is one pass through the verbs, as the state store remembers it. Nothing
// in it is a value out of a row.
type Run struct {
	ID          RunID         `json:"run"`
	State       RunState      `json:"state"`
	StartedAt   time.Time     `json:"started_at"`
	EndedAt     time.Time     `json:"ended_at,omitzero"`
	Verb        Verb          `json:"verb"` // the one it is in, or ended in
	AsOf        Day           `json:"as_of,omitempty"`
	Rows        int64         `json:"rows"` // read from the sources
	Publication PublicationID `json:"publication,omitempty"`
	Resumes     RunID         `json:"resumes,omitempty"` // the run whose staged chunks it went on from
	Events      []Event       `json:"events,omitempty"`  // drift and brake, when the run met them
	Error       string        `json:"error,omitempty"`
	Hint        string        `json:"hint,omitempty"`
	Code        Code          `json:"code,omitempty"`
	Steps       []Step        `json:"steps"`
	Details     []Detail      `json:"details,omitempty"` // in the order of their ends; a failed run has those it came to
}

// A Step is how long one verb of a run took and what it handled.
type Step struct {
	Verb  Verb          `json:"verb"`
	Took  time.Duration `json:"took_ns"`
	Count int64         `json:"count"` // rows, models, tables or slices
}

// A Detail is what one verb of a run did with one table, model or dataset, or why
// it did nothing.
type Detail struct {
	Verb    Verb          `json:"verb"`
	What    string        `json:"what"`              // the table's ID, or the name of the model, check or dataset
	Mode    string        `json:"mode,omitempty"`    // extract: full, append, cursor, checksum; refresh: all, tenants; "" where there is one way
	Note    string        `json:"note,omitempty"`    // one clause: why this mode, or why it was skipped
	Skipped bool          `json:"skipped,omitempty"` // nothing had to be done
	Rows    int64         `json:"rows"`              // read, recomputed or compared; slices while publishing
	Changed int64         `json:"changed,omitempty"` // of these, those that are not as before; while publishing, those written
	Bytes   int64         `json:"bytes,omitempty"`   // extract: of the values read, as a Batch carries them; publish: of the slices written; else 0
	Took    time.Duration `json:"took_ns,omitempty"`

	// State and Of are of a run under way, or one that was cut off.
	State DetailState `json:"state,omitempty"`
	Of    int64       `json:"of,omitempty"` // expected in all; 0 when unknown
}

// A DetailState says whether a Detail has come to its end.
type DetailState string

// The states.
const (
	Ended    DetailState = ""
	Waiting  DetailState = "waiting"
	UnderWay DetailState = "under_way"
)

// Rate is rows a second; 0 when it took no time to speak of.
func (d Detail) Rate() float64 {
	if d.Took < time.Millisecond {
		return 0
	}
	return float64(d.Rows) / d.Took.Seconds()
}
