package archwire

import (
	"fmt"
	"time"
)

// A PublicationID is a UTC time and a short random suffix, sortable:
// 20261121T021400Z-4f9c.
type PublicationID string

// A Day is a calendar date without a zone: "2026-11-20".
type Day string

// ParseDay reads a date of the form 2026-11-20.
func ParseDay(s string) (Day, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("%q is not a date of the form 2026-11-20", s)
	}
	return Day(s), nil
}

// DayOf is the calendar date of t in t's zone.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// Time is the start of the day in UTC; the zero time if d is not a date.
func (d Day) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d)) // the zero time is the documented answer
	return t
}

// A Slice is one row of a publication's index: the file of one dataset, as one
// profile sees it, for one tenant.
type Slice struct {
	Dataset  string
	Profile  Profile
	Tenant   string
	SHA256   string // names the file
	Rows     int64
	Bytes    int64
	Print    string // the fingerprint in the warehouse
	Contract int
}

// A Manifest describes a publication: what it holds, where it came from and
// what was proved about it. docs/format/store.md specifies its JSON.
type Manifest struct {
	Format       int           `json:"format"` // 1
	ID           PublicationID `json:"id"`
	Previous     PublicationID `json:"previous,omitempty"`
	AsOf         Day           `json:"as_of"`
	DataThrough  time.Time     `json:"data_through"` // the oldest instant among the sources' views
	CreatedAt    time.Time     `json:"created_at"`
	Run          RunID         `json:"run"`
	Project      string        `json:"project"`
	Version      string        `json:"project_version"` // digest of the project's files
	Noun         Noun          `json:"tenant"`
	Tenants      []Tenant      `json:"tenants"`
	Datasets     []Dataset     `json:"datasets"`
	Metrics      []Metric      `json:"metrics"`
	Dashboards   []Dashboard   `json:"dashboards,omitempty"` // by position
	Verification Verification  `json:"verification"`
	IndexSHA256  string        `json:"index_sha256"`
	Slices       int           `json:"slices"`

	// Narrowed names what the publication in service closes of this one (Under): equal
	// names close the same. It is "" where it closes nothing.
	Narrowed string `json:"-"`
}

// The methods of a verification.
const (
	ByFingerprint = "fingerprint" // counts, and fingerprints of the rows computed on both sides
	ByCount       = "count"       // counts only
)

// Verification is what was proved before the publication was made.
type Verification struct {
	Method string          `json:"method"` // ByFingerprint or ByCount
	At     time.Time       `json:"at"`
	Tables []VerifiedTable `json:"tables"`
	Checks int             `json:"checks"` // checks that ran and found no row
}

// Rows is the number of rows that were compared.
func (v Verification) Rows() int64 {
	var n int64
	for _, t := range v.Tables {
		n += t.WarehouseRows
	}
	return n
}

// A VerifiedTable is a table whose copy was compared with its source. What was
// fingerprinted is zero in publications made by ByCount.
type VerifiedTable struct {
	Table         string    `json:"table"`
	At            time.Time `json:"at"` // the instant of the source's view
	SourceRows    int64     `json:"source_rows"`
	WarehouseRows int64     `json:"warehouse_rows"`

	Mode         string    `json:"mode,omitzero"`          // how the copy is kept current: full, append, cursor or checksum
	Parts        int       `json:"parts,omitzero"`         // parts whose fingerprints were compared in this run
	PrintedRows  int64     `json:"printed_rows,omitzero"`  // rows in these parts
	CoveredSince time.Time `json:"covered_since,omitzero"` // each part of the table was found equal at this instant or later
	Vouched      bool      `json:"vouched,omitzero"`       // the source vouched that nothing had changed since SourceRows were counted
	Differences  int64     `json:"differences,omitzero"`   // rows found to differ and not repaired: none, or there is no publication
}
