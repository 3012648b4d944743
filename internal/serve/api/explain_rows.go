package api

import (
	"slices"

	"archwire"
	"archwire/internal/serve/encode"
)

// An explained is how the rows behind a figure differ in two publications.
type explained struct {
	before, after  *version
	columns        []archwire.DatasetColumn // the key's, and those that the old definition is computed from: rows that differ in these have changed
	further        []string                 // columns that the new definition is computed from, besides
	shows          int                      // rows
	tally          *tally
	persons        int
	old, now       *walk
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
	return wrong("period", "Too many rows are behind the figure.", "Ask about a shorter period, or filter.")
}

// comparable says whether the old definition can be applied to the new rows.
func (q *explainRequest) comparable() bool {
	if !q.from.there || !q.to.there {
		return true
	}
	was, now := q.from.q, q.to.q
	if was.metric.Dataset != now.metric.Dataset || was.dataset.Tenant != now.dataset.Tenant {
		return false
	}
	needs := columnsRead(was.metric, was.dataset)
	for _, f := range was.filters {
		needs = append(needs, columnsOf(was.dataset, []string{f.column})...)
	}
	return sameColumns(needs, now.dataset)
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
		r.dataset, r.profile = q.to.q.dataset, q.to.q.profile
	}
	as := *q.to.c
	as.whole = q.redefined()
	return &version{c: &as, q: &r, there: q.to.there}
}

// compare goes through the rows behind the figure in both publications. shows is
// how many are to be shown.
func (q *explainRequest) compare(after *version, shows int, tally *tally) (*explained, error) {
	e := &explained{before: q.from, after: after, shows: shows, tally: tally, old: nowhere(), now: nowhere()}
	d := q.from.q.dataset
	e.columns = columnsOf(d, d.Key)
	for _, c := range columnsRead(q.from.q.metric, d) {
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
	if q.from.there && after.there && (!slices.Equal(d.Key, after.q.dataset.Key) || !sameColumns(e.columns, after.q.dataset)) {
		// No row of the one can be told to be one of the other.
		if err := merge(e.old, nowhere(), e.visit); err != nil {
			return nil, err
		}
		return e, merge(nowhere(), e.now, e.visit)
	}
	return e, merge(e.old, e.now, e.visit)
}

func (e *explained) walk(v *version) *walk {
	columns := e.columnsOf(v.q.dataset)
	query := func(after []string, limit int) archwire.Query {
		return countedQuery(v.q, columns, e.persons > 0, after, limit)
	}
	return newWalk(v.rows, v.q.dataset, v.q.tenants[0], nil, len(columns), query)
}

// columnsOf lists the columns that rows of a version are told with.
func (e *explained) columnsOf(d archwire.Dataset) []archwire.DatasetColumn {
	return append(columnsOf(d, namesOf(e.columns)), columnsOf(d, e.further)...)
}

// further names the columns that the new definition is computed from, besides those
// given: none that either publication has and does not show to the caller.
func (q *explainRequest) further(besides []archwire.DatasetColumn) (names []string) {
	if !q.to.there || !q.from.there {
		return nil
	}
	for _, c := range columnsRead(q.to.q.metric, q.to.q.dataset) {
		_, shown := q.from.q.dataset.Column(c.Name)
		hidden := !shown && q.from.c.ed.has(q.from.q.metric.Dataset, c.Name)
		if !hidden && !slices.Contains(namesOf(besides), c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// has says whether a dataset of the publication has a column, whoever may see it.
func (e *edition) has(dataset, column string) bool {
	for _, d := range e.manifest.Datasets {
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
		if !encode.Same(e.old.batch.Column(i), e.old.i, e.now.batch.Column(i), e.now.i) {
			return false
		}
	}
	return true
}

// show writes a row down, if there is room.
func (e *explained) show(part string, old, now *walk) {
	if e.shown >= e.shows || len(e.rows) >= maxPageBytes {
		return
	}
	if e.shown++; e.shown > 1 {
		e.rows = append(e.rows, ',')
	}
	e.rows = encode.String(append(e.rows, `{"part":`...), part)
	e.rows = e.side(append(e.rows, `,"old":`...), old)
	e.rows = append(e.side(append(e.rows, `,"new":`...), now), '}')
	w := now
	if w == nil {
		w = old
	}
	e.tally.row(w.batch.Columns()[w.first:], w.i)
}

func (e *explained) side(dst []byte, w *walk) []byte {
	if w == nil {
		return append(dst, "null"...)
	}
	columns := e.columnsOf(w.dataset)
	for i, c := range columns {
		dst = append(dst, "{,"[min(i, 1)])
		dst = encode.Cell(appendMember(dst, c.Name), w.batch.Column(i), w.i, typeOf(c).Kind == archwire.JSON)
	}
	if len(columns) == 0 {
		dst = append(dst, '{')
	}
	return append(dst, '}')
}
