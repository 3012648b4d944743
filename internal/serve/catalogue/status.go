package catalogue

import (
	"time"

	"archwire"
)

// StatusPath is where callers find out whether what is in service is what was promised.
const StatusPath = "/v1/status"

// StatusDoc says how old the publication in service is, and how the last run ended. It
// tells of no tenant.
type StatusDoc struct {
	WithinSeconds *int64   `json:"within_seconds" nullable:"true" doc:"How old the data may become; null where nothing is promised."`
	Late          bool     `json:"late" doc:"They are older."`
	LastRun       *LastRun `json:"last_run,omitempty" doc:"The last run that has ended; left out before the first. While it is a failed one, what an earlier run published stays in service."`
}

// A LastRun is how a run ended.
type LastRun struct {
	State     archwire.RunState `json:"state" enum:"succeeded,failed" doc:"How it ended."`
	StartedAt time.Time         `json:"started_at" doc:"When it began."`
	EndedAt   time.Time         `json:"ended_at" doc:"When it ended."`
	Verb      archwire.Verb     `json:"verb" enum:"discover,extract,load,refresh,verify,publish,serve" doc:"The step that it ended in: of one that failed in verify the copy was not equal to its sources, or a check found something."`
}
