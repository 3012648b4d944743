package archwire

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// A Model is one SQL query whose result the warehouse keeps.
type Model struct {
	Name        string   // folder.file
	File        string   // relative to the project
	Line        int      // where the SQL starts in File
	SQL         string   // a query in the subset of SQL that DuckDB and Redshift share
	Description string   // what a row is
	Key         []string // what makes a row unique
	Tenant      string   // the tenant column; "" when the model is not by tenant
	Reads       []string // relations read, as schema.name

	// How a warehouse with materialized views of its own is to keep it. One without
	// keeps a table.
	Materialized Materialization
	AutoRefresh  bool // the warehouse may refresh it between runs, too; it is a view then
}

// A Materialization is the form in which a warehouse keeps a model.
type Materialization string

// The materializations.
const (
	AsTable Materialization = "table" // a table that is refreshed by tenant; "" means this
	AsView  Materialization = "view"  // a materialized view of the warehouse itself
	AsFits  Materialization = "auto"  // a view where the warehouse refreshes it incrementally, else a table
)

// A Check is a query that must return no row. A failing check blocks
// publication.
type Check struct {
	Name        string
	File        string
	Line        int
	SQL         string
	Description string
}

// A Profile is which privacy classes a reader may see: all classes up to its own.
type Profile string

// The profiles, narrowest first.
const (
	Aggregate    Profile = "aggregate"    // class public
	Pseudonymous Profile = "pseudonymous" // and class pseudonymous
	Identified   Profile = "identified"   // and class identified
)

// Profiles lists the profiles, narrowest first.
func Profiles() []Profile { return []Profile{Aggregate, Pseudonymous, Identified} }

// Common is the profile that opens what both p and o do: the narrower of the two.
func (p Profile) Common(o Profile) Profile {
	if slices.Index(Profiles(), o) < slices.Index(Profiles(), p) {
		return o
	}
	return p
}

// A Class is how much a column tells about a person.
type Class string

// The classes.
const (
	ClassPublic       Class = "public"       // nothing about one person
	ClassPseudonymous Class = "pseudonymous" // surrogate keys, dates and facts of one person
	ClassIdentified   Class = "identified"   // names, contacts, numbers others know the person by
)

// Opens says whether profile p shows columns of class c. An unknown profile
// shows nothing.
func (p Profile) Opens(c Class) bool {
	switch p {
	case Identified:
		return c == ClassPublic || c == ClassPseudonymous || c == ClassIdentified
	case Pseudonymous:
		return c == ClassPublic || c == ClassPseudonymous
	case Aggregate:
		return c == ClassPublic
	}
	return false
}

// A Dataset is what consumers see: a model or table by tenant, under contract.
type Dataset struct {
	Name        string          `json:"dataset"`         // of an older contract that is still served: name@contract
	Title       string          `json:"title,omitempty"` // its name for people; "" is its name in words
	Description string          `json:"description"`
	From        string          `json:"-"` // the relation in the warehouse
	Tenant      string          `json:"tenant"`
	Key         []string        `json:"key"` // unique within a tenant; may be empty when there is one row a tenant
	Columns     []DatasetColumn `json:"columns"`
	Person      string          `json:"person,omitempty"`   // the column with the key of the person that a row is about; "" if it is about none
	Location    string          `json:"location,omitempty"` // the column that grants limited to locations restrict; "" where they open nothing
	Contract    int             `json:"contract"`
	Retirement

	// Published is the dataset as it was published, where what is in service shows less
	// of it (Under); nil where it is that.
	Published *Dataset `json:"-"`
}

// A DatasetColumn is one column of a dataset.
type DatasetColumn struct {
	Name        string `json:"name"`
	Type        string `json:"type"` // as Type.String writes it
	Class       Class  `json:"class"`
	Pseudonym   string `json:"pseudonym,omitempty"` // the domain of identity that its values are pseudonymised in; "" where they leave as they are
	Unit        string `json:"unit,omitempty"`
	Description string `json:"description,omitempty"`

	// Labels are what values are called, by their text. Those without one say
	// themselves what they are.
	Labels map[string]string `json:"labels,omitempty"`
}

// equal says whether two columns are the same.
func (c DatasetColumn) equal(other DatasetColumn) bool {
	return reflect.DeepEqual(c, other)
}

// Pseudonymised says whether profile p is given pseudonyms in the column's place:
// each that sees it but is not to know whom it is about.
func (c DatasetColumn) Pseudonymised(p Profile) bool {
	return c.Pseudonym != "" && p != Identified && p.Opens(c.Class)
}

// Column returns the column of that name.
func (d Dataset) Column(name string) (DatasetColumn, bool) {
	for _, c := range d.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return DatasetColumn{}, false
}

// Visible lists the columns that profile p opens, without the tenant column.
func (d Dataset) Visible(p Profile) []DatasetColumn {
	var out []DatasetColumn
	for _, c := range d.Columns {
		if p.Opens(c.Class) {
			out = append(out, c)
		}
	}
	return out
}

// SeenBy is the dataset as profile p sees it: the columns that p opens, texts in
// place of those that p is given pseudonyms of. Only these name a domain.
func (d Dataset) SeenBy(p Profile) Dataset {
	d.Columns = d.Visible(p)
	for i, c := range d.Columns {
		if !c.Pseudonymised(p) {
			d.Columns[i].Pseudonym = ""
			continue
		}
		d.Columns[i].Type = Text.String()
	}
	return d
}

// Located says whether each row tells everybody which location it belongs to, so
// that grants limited to locations can open it.
func (d Dataset) Located() bool {
	c, ok := d.Column(d.Location)
	return ok && c.Class == ClassPublic && c.Pseudonym == ""
}

// Opens says whether p shows the dataset at all: its whole key must be visible,
// or rows could not be told apart.
func (d Dataset) Opens(p Profile) bool {
	for _, k := range d.Key {
		if c, ok := d.Column(k); !ok || !p.Opens(c.Class) {
			return false
		}
	}
	return len(d.Visible(p)) > 0
}

// Additivity says over what a metric's values may be summed.
type Additivity string

// The additivities.
const (
	Additive    Additivity = "additive" // over every dimension and over time
	Semi        Additivity = "semi"     // over dimensions, never over time: the last day counts
	Ratio       Additivity = "ratio"    // never: numerator and denominator are summed apart
	NonAdditive Additivity = "none"     // never: computed from the rows (a median), published with their number
)

// Basis says which date a metric is counted by.
type Basis string

// The bases.
const (
	BasisEvent    Basis = "event"    // when it happened
	BasisPosting  Basis = "posting"  // when it was posted to the ledger
	BasisService  Basis = "service"  // when the service was given
	BasisDue      Basis = "due"      // when it is due
	BasisSnapshot Basis = "snapshot" // a state at the end of a day; never summed over time
	BasisCohort   Basis = "cohort"   // when the group that is followed began
)

// A Metric is a KPI defined on a dataset. Expressions are SQL aggregates over
// its columns.
type Metric struct {
	Name        string     `json:"metric"`
	ID          string     `json:"id,omitempty"` // the catalogue's number: K25
	Label       string     `json:"label"`
	Dataset     string     `json:"dataset"`
	Numerator   string     `json:"numerator"`
	Denominator string     `json:"denominator,omitempty"` // of a ratio; of a median the number of rows it is taken over
	Additivity  Additivity `json:"additivity"`
	Basis       Basis      `json:"basis"`
	Date        string     `json:"date"`              // the date column
	Grain       string     `json:"grain,omitempty"`   // how long a time each of its dates stands for: week, month, quarter or year; "" is a day
	Matures     string     `json:"matures,omitempty"` // of a cohort: how long after the last day of a period it has a value, "180 days" or "36 months"; "" where that is not said
	Dimensions  []string   `json:"dimensions"`
	Unit        string     `json:"unit"`
	Better      string     `json:"better"` // up, down or neither
	Definition  string     `json:"definition"`
	Version     int        `json:"version"`
	Rows        *Behind    `json:"rows,omitempty"` // nil: the rows of Dataset are all there is behind a value
	Retirement
}

// Behind says where the single things are that a metric counts: rows of another
// dataset than the one that has their sums.
type Behind struct {
	Dataset string            `json:"dataset"`
	Date    string            `json:"date,omitempty"`   // its column with the metric's date; "" where it holds the state of the business date
	Filter  map[string]string `json:"filter,omitempty"` // which of its rows, as the API takes filters
}

// MayRead says whether the metric's values may depend on a column of its dataset:
// one whose name is a word of its expressions, or any where an expression takes
// rows as they are. Dimensions are not among them.
func (m Metric) MayRead(column string) bool {
	text := strings.ToLower(m.Numerator + " " + m.Denominator + " " + m.Date)
	text = rowCount.ReplaceAllString(text, " ")
	words := strings.FieldsFunc(text, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r < 0x80
	})
	column = strings.ToLower(column)
	return strings.Contains(text, column) && (!plainName.MatchString(column) || slices.Contains(words, column)) ||
		slices.Contains(words, "slice") || slices.Contains(words, "columns") || wholeRow.MatchString(text)
}

var (
	plainName = regexp.MustCompile(`^[a-z0-9_]+$`)
	rowCount  = regexp.MustCompile(`\bcount\s*\(\s*\*\s*\)`)
	wholeRow  = regexp.MustCompile(`[(,]\s*\*`) // a star that does not stand between two operands
)
