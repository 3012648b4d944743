// Package project reads a project, a folder of YAML and SQL files, into plain
// structs, and writes the files that commands propose.
//
// Reading is strict: whatever the files hold that is not known, missing,
// doubled or of the wrong type is a Complaint with file, line, field and what
// would be right, and all complaints come at once. Each kind of file is
// described by one table of fields (a spec), which drives the decoder, the
// suggestions, the JSON Schema and the reference alike.
//
// What SQL means is left to package model, which needs an engine to tell.
package project

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/schedule"
)

// A Project is what a project's files say. Secrets are not in it: DSN, State
// and Store keep their references to the environment, which the Resolve methods
// fill in.
type Project struct {
	Dir          string // where the files lie
	Name         string
	Version      string // digest of the files: equal projects have equal versions
	Noun         archwire.Noun
	Tenants      TenantTable
	Warehouse    WarehouseConfig
	State        string // sqlite:PATH or postgres://..., as written
	Store        string // file:PATH or s3://BUCKET/PREFIX, as written
	Schedule     Schedule
	Freshness    time.Duration // how old what is served may become; 0 when nothing is promised
	Hooks        []Hook
	Webhooks     WebhooksConfig
	Verify       VerifyConfig
	Keep         KeepConfig
	Cache        CacheConfig
	Ledger       LedgerConfig
	SignIn       SignInConfig
	Storage      StorageConfig
	Capacity     *CapacityConfig // nil when the warehouse stays as it is
	BusinessDate string          // SQL that gives one date; "" means yesterday in the schedule's time zone
	Sources      []Source
	Models       []archwire.Model
	Checks       []archwire.Check
	Datasets     []archwire.Dataset
	Metrics      []archwire.Metric
	Dashboards   []archwire.Dashboard // by position

	env    func(string) (string, bool)
	places map[Item]place
}

// A TenantTable says where the tenants are listed: a copied table or a model,
// and its columns.
type TenantTable struct {
	Table    string // schema.name
	Key      string
	Label    string
	Timezone string // column of IANA names; "" when all tenants are in the schedule's time zone
}

// A Schedule says when the project runs.
type Schedule struct {
	Run      schedule.Cron  // not set when it runs by hand
	Timezone *time.Location // never nil after Load
}

// A VerifyConfig says how much of the copy a run compares with its source.
type VerifyConfig struct {
	Days int // within so many days, every row has been compared
}

// A StorageConfig says what it costs to keep data in the store.
type StorageConfig struct {
	Price    string // a decimal, of a gigabyte (10^9 bytes) and month; "" is not known
	Currency string // its three letters
}

// A KeepConfig says how long publications that are not in service any more are kept.
type KeepConfig struct {
	Publications int           // the newest so many
	Grace        time.Duration // and any other for so long after it has ceased to be one of them
}

// A CacheConfig says where files of a store elsewhere are kept at hand.
type CacheConfig struct {
	Path string
	Size string // a number and a unit
}

// Bytes is Size in bytes.
func (c CacheConfig) Bytes() int64 {
	number := strings.TrimRight(c.Size, " KMGTiB")
	amount, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0
	}
	unit := strings.TrimSpace(c.Size[len(number):])
	base := 1000.0
	if strings.Contains(unit, "i") {
		base = 1024
	}
	return int64(amount * math.Pow(base, float64(1+strings.IndexByte("KMGT", unit[0]))))
}

// A LedgerConfig says where disclosures are written down.
type LedgerConfig struct {
	Path string // relative to the project, or absolute
	Days int    // for so long it is kept
}

// A Source is one database that tables are copied from.
type Source struct {
	Name             string
	Engine           string
	DSN              string // as written: ${RCM_DSN}
	File             string
	Connections      int           // how many the source grants
	StatementTimeout time.Duration // the longest one statement may take; 0 when it sets no limit
	LongestView      time.Duration // the longest one transaction may be open; 0 when it sets no limit
	Gentle           bool          // a first copy reads each chunk in a transaction of its own
	ReadCommitted    bool          // no view has one instant; rows that are written meanwhile are mended
	Drift            Drift
	MostDeletes      int           // per cent of a table's rows that may vanish in one run without being accepted
	Ignore           []string      // schema.table that discover leaves alone; * stands for any letters
	Settle           time.Duration // of files: one counts once nobody has written to it for so long
	Quarantine       string        // of files: the folder for rejected rows; relative to the project, or absolute
	Tables           []Table
}

// A Table is a table to copy, and how its copy is kept current.
type Table struct {
	archwire.Table
	Sync    string         // full, append, cursor, tracking or checksum
	Cursor  string         // the column that append and cursor follow
	Deletes string         // sweep, soft or none
	Overlap Overlap        // how far before its position the next run reads again
	Exclude []string       // columns that are known and not copied
	Files   *fileform.Form // which files hold its rows; nil of a database
}

// Drift says what a run does when a source's tables are not as declared.
type Drift string

// The policies.
const (
	DriftIgnore Drift = "ignore" // new columns are left alone; what is missing or of another type stops the run
	DriftFollow Drift = "follow" // new columns and types are copied; what is missing is left out, unless something uses it
	DriftStop   Drift = "stop"   // any difference stops the run
)

// An Overlap is how far back a table is read again, so that rows that were
// committed late are not missed.
type Overlap struct {
	Time time.Duration // for a cursor that is a time
	Keys int64         // for one that is a whole number
}

// Table returns the copied table of that ID (source.table).
func (p *Project) Table(id string) (Table, bool) {
	for _, s := range p.Sources {
		for _, t := range s.Tables {
			if t.ID() == id {
				return t, true
			}
		}
	}
	return Table{}, false
}

// Source returns the source of that name.
func (p *Project) Source(name string) (Source, bool) {
	for _, s := range p.Sources {
		if s.Name == name {
			return s, true
		}
	}
	return Source{}, false
}

// Model returns the model of that name.
func (p *Project) Model(name string) (archwire.Model, bool) {
	for _, m := range p.Models {
		if m.Name == name {
			return m, true
		}
	}
	return archwire.Model{}, false
}

// Dataset returns the dataset of that name.
func (p *Project) Dataset(name string) (archwire.Dataset, bool) {
	for _, d := range p.Datasets {
		if d.Name == name {
			return d, true
		}
	}
	return archwire.Dataset{}, false
}

// Metric returns the metric of that name.
func (p *Project) Metric(name string) (archwire.Metric, bool) {
	for _, m := range p.Metrics {
		if m.Name == name {
			return m, true
		}
	}
	return archwire.Metric{}, false
}

// Yesterday is the last calendar day that is over in the schedule's time zone.
func (p *Project) Yesterday(now time.Time) archwire.Day {
	return archwire.DayOf(now.In(p.Schedule.Timezone).AddDate(0, 0, -1))
}

// Path makes a path of the project's files absolute to Dir.
func (p *Project) Path(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(p.Dir, path)
}
