// Package notify tells people's programs how runs end, by webhooks. What is to be
// told lies in the state's outbox first, so that a crash loses none of it.
// docs/reference/notifications.md is what receivers may rely on.
package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/freshness"
	"archwire/internal/project"
	"archwire/internal/state"
)

// A Body is what is sent. It holds names of tables and numbers, never what is in
// a row.
type Body struct {
	Format      int                    `json:"format"` // 1
	ID          string                 `json:"id"`     // equal for equal events, whenever and to whomever they are sent
	Event       archwire.Event         `json:"event"`
	At          time.Time              `json:"at"`
	Project     string                 `json:"project"`
	Publication archwire.PublicationID `json:"publication,omitempty"` // the one the run made; for late, the one in service
	Run         *RunBody               `json:"run,omitempty"`         // all events but late
	Late        *LateBody              `json:"late,omitempty"`        // late only
}

// RunBody is what is told of a run.
type RunBody struct {
	ID        archwire.RunID          `json:"id"`
	State     archwire.RunState       `json:"state"`
	StartedAt time.Time               `json:"started_at"`
	EndedAt   time.Time               `json:"ended_at"`
	Verb      archwire.Verb           `json:"verb"` // the one it ended in
	AsOf      archwire.Day            `json:"as_of,omitempty"`
	Rows      int64                   `json:"rows"`   // read from the sources
	Counts    map[archwire.Verb]int64 `json:"counts"` // rows, models, checks and slices, by verb
	Code      archwire.Code           `json:"code,omitempty"`
	Error     string                  `json:"error,omitempty"`
	Hint      string                  `json:"hint,omitempty"`
}

// LateBody is what is told of data that is late.
type LateBody struct {
	Through time.Time         `json:"data_through"`
	Within  freshness.Seconds `json:"within_seconds"`
	Tables  []string          `json:"tables"`
}

// An Announcer puts into words what hooks are told.
type Announcer struct {
	Project string
	Hooks   []project.Hook
}

// Run is what hooks are told when a run has ended: of a success or failure, and
// of what else the run met.
func (a Announcer) Run(r archwire.Run) ([]state.Notification, error) {
	end := archwire.EventSuccess
	if r.State == archwire.Failed {
		end = archwire.EventFailure
	}
	var out []state.Notification
	for _, event := range slices.Compact(slices.Sorted(slices.Values(append([]archwire.Event{end}, r.Events...)))) {
		ns, err := a.each(Body{
			ID: a.id(event, string(r.ID)), Event: event, At: r.EndedAt, Publication: r.Publication, Run: runBody(r),
		}, r.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, ns...)
	}
	return out, nil
}

// Late is what hooks are told while a publication is late: once of each.
func (a Announcer) Late(r freshness.Report) ([]state.Notification, error) {
	if !r.Late {
		return nil, nil
	}
	return a.each(Body{
		ID: a.id(archwire.EventLate, string(r.Publication)), Event: archwire.EventLate, At: r.At, Publication: r.Publication,
		Late: &LateBody{Through: r.Through, Within: r.Within, Tables: freshness.LateNames(r.Tables)},
	}, "")
}

// each addresses a body to the hooks that want to know of its event.
func (a Announcer) each(b Body, run archwire.RunID) ([]state.Notification, error) {
	b.Format, b.Project = 1, a.Project
	text, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("writing a notification of %s: %w", b.Event, err)
	}
	var out []state.Notification
	for _, h := range a.Hooks {
		if slices.Contains(h.On, b.Event) {
			out = append(out, state.Notification{ID: b.ID, Hook: h.ID(), Event: b.Event, Run: run, Body: string(text)})
		}
	}
	return out, nil
}

// id is the same whenever the same event is announced.
func (a Announcer) id(event archwire.Event, of string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{a.Project, string(event), of}, "\n")))
	return "evt_" + hex.EncodeToString(sum[:10])
}

func runBody(r archwire.Run) *RunBody {
	b := &RunBody{
		ID: r.ID, State: r.State, StartedAt: r.StartedAt, EndedAt: r.EndedAt, Verb: r.Verb, AsOf: r.AsOf, Rows: r.Rows,
		Counts: map[archwire.Verb]int64{}, Code: r.Code, Error: r.Error, Hint: r.Hint,
	}
	for _, s := range r.Steps {
		b.Counts[s.Verb] += s.Count
	}
	if r.Code == archwire.Internal { // what it says was not written for people, and may quote anything
		b.Error, b.Hint = "Archwire met a fault of its own", "Run archwire runs show "+string(r.ID)+"."
	}
	return b
}
