package api

import (
	"slices"

	"archwire"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/measure"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/statement"
	"archwire/internal/serve/walk"
)

// An explained is how the rows behind a figure differ in two publications.
type explained struct {
	before, after  *version
	columns        []archwire.DatasetColumn // the key's, and those that the old definition is computed from: rows that differ in these have changed
	further        []string                 // columns that the new definition is computed from, besides
	shows          int                      // rows
	tally          *tally
	persons        int
	old, now       *walk.Walk
	keptOld        []byte // for each row behind the old figure, by key: 1 where it is behind the new one, too, else 0
	keptNow        []byte
	left, entered  int
	changed, shown int
	rows           []byte // as they leave
}

// maxExplainedRows bounds the rows behind a figure that is explained.
const maxExplainedRows = 1_000_000

// errTooMany says that there are more.
func errTooMany() error {
	return problem.Wrong("period", "Too many rows are behind the figure.", "Ask about a shorter period, or filter.")
}

// comparable says whether the old definition can be applied to the new rows.
func (q *explainRequest) comparable() bool {
	if !q.from.there || !q.to.there {
		return true
	}
	was, now := q.from.q, q.to.q
	if was.Metric.Dataset != now.Metric.Dataset || was.Dataset.Tenant != now.Dataset.Tenant {
		return false
	}
	needs := catalogue.ColumnsRead(was.Metric, was.Dataset)
	for _, f := range was.Filters {
		needs = append(needs, statement.Columns(was.Dataset, []string{f.Column})...)
	}
	return sameColumns(needs, now.Dataset)
}

func sameColumns(columns []archwire.DatasetColumn, d archwire.Dataset) bool {
	for _, c := range columns {
		if same, ok := d.Column(c.Name); !ok || same.Type != c.Type {
			return false
		}
	}
	return true
}

// asBefore is the version to under the definition of the version from.
func (q *explainRequest) asBefore() *version {
	r := *q.from.q
	if q.to.there {
		r.Dataset, r.profile = q.to.q.Dataset, q.to.q.profile
	}
	as := *q.to.c
	as.whole = q.redefined()
	return &version{c: &as, q: &r, there: q.to.there}
}

// compare goes through the rows behind the figure in both publications. shows is
// how many are to be shown.
func (q *explainRequest) compare(after *version, shows int, tally *tally) (*explained, error) {
	e := &explained{before: q.from, after: after, shows: shows, tally: tally, old: walk.Nowhere(), now: walk.Nowhere()}
	d := q.from.q.Dataset
	e.columns = statement.Columns(d, d.Key)
	for _, c := range catalogue.ColumnsRead(q.from.q.Metric, d) {
		if !slices.Contains(d.Key, c.Name) {
			e.columns = append(e.columns, c)
		}
	}
	e.further = q.further(e.columns)
	if _, ok := d.Column(d.Person); ok && d.Person != "" && shows > 0 {
		e.persons = 1
	}
	if q.from.there {
		e.old = e.walk(q.from)
	}
	if after.there {
		e.now = e.walk(after)
	}
	if q.from.there && after.there && (!slices.Equal(d.Key, after.q.Dataset.Key) || !sameColumns(e.columns, after.q.Dataset)) {
		// No row of the one can be told to be one of the other.
		if err := walk.Merge(e.old, walk.Nowhere(), e.visit); err != nil {
			return nil, err
		}
		return e, walk.Merge(walk.Nowhere(), e.now, e.visit)
	}
	return e, walk.Merge(e.old, e.now, e.visit)
}

func (e *explained) walk(v *version) *walk.Walk {
	columns := e.columnsOf(v.q.Dataset)
	query := func(after []string, limit int) archwire.Query {
		return measure.CountedQuery(&v.q.Question, columns, e.persons > 0, after, limit)
	}
	return walk.New(v.asks(), v.q.Dataset, nil, len(columns), query)
}

// columnsOf lists the columns that rows of a version are told with.
func (e *explained) columnsOf(d archwire.Dataset) []archwire.DatasetColumn {
	return append(statement.Columns(d, namesOf(e.columns)), statement.Columns(d, e.further)...)
}

// further names the columns that the new definition is computed from, besides those
// given: none that either publication has and does not show to the caller.
func (q *explainRequest) further(besides []archwire.DatasetColumn) (names []string) {
	if !q.to.there || !q.from.there {
		return nil
	}
	for _, c := range catalogue.ColumnsRead(q.to.q.Metric, q.to.q.Dataset) {
		_, shown := q.from.q.Dataset.Column(c.Name)
		hidden := !shown && q.from.c.ed.has(q.from.q.Metric.Dataset, c.Name)
		if !hidden && !slices.Contains(namesOf(besides), c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// has says whether a dataset of the publication has a column, whoever may see it.
func (e *edition) has(dataset, column string) bool {
	for _, d := range e.Manifest.Datasets {
		if d.Name == dataset {
			_, ok := d.Column(column)
			return ok
		}
	}
	return false
}

func namesOf(columns []archwire.DatasetColumn) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

func (e *explained) visit(inOld, inNow bool) error {
	if inOld {
		e.keptOld = append(e.keptOld, bit(inNow))
	}
	if inNow {
		e.keptNow = append(e.keptNow, bit(inOld))
	}
	switch {
	case len(e.keptOld) > maxExplainedRows || len(e.keptNow) > maxExplainedRows:
		return errTooMany()
	case !inNow:
		e.left++
		e.show("left", e.old, nil)
	case !inOld:
		e.entered++
		e.show("entered", nil, e.now)
	case !e.same():
		e.changed++
		e.show("changed", e.old, e.now)
	}
	return nil
}

func bit(set bool) byte {
	if set {
		return '1'
	}
	return '0'
}

// same says whether the figure is computed from the same values of both rows.
func (e *explained) same() bool {
	for i := range e.columns {
		if !encode.Same(e.old.Batch.Column(i), e.old.Row, e.now.Batch.Column(i), e.now.Row) {
			return false
		}
	}
	return true
}

// show writes a row down, if there is room. One that changed is one row, about the
// persons of both its sides.
func (e *explained) show(part string, old, now *walk.Walk) {
	if e.shown >= e.shows || len(e.rows) >= maxPageBytes {
		return
	}
	if e.shown++; e.shown > 1 {
		e.rows = append(e.rows, ',')
	}
	e.rows = encode.String(append(e.rows, `{"part":`...), part)
	e.rows = e.side(append(e.rows, `,"old":`...), old)
	e.rows = append(e.side(append(e.rows, `,"new":`...), now), '}')
	switch {
	case now == nil:
		e.tally.row(old.Batch.Columns()[old.First:], old.Row)
	case old != nil:
		e.tally.about(old.Batch.Columns()[old.First:], old.Row)
		fallthrough
	default:
		e.tally.row(now.Batch.Columns()[now.First:], now.Row)
	}
}

func (e *explained) side(dst []byte, w *walk.Walk) []byte {
	if w == nil {
		return append(dst, "null"...)
	}
	columns := e.columnsOf(w.Dataset)
	for i, c := range columns {
		dst = append(dst, "{,"[min(i, 1)])
		dst = encode.Cell(encode.Member(dst, c.Name), w.Batch.Column(i), w.Row, statement.TypeOf(c).Kind == archwire.JSON)
	}
	if len(columns) == 0 {
		dst = append(dst, '{')
	}
	return append(dst, '}')
}
