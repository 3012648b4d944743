package api

import (
	"slices"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/statement"
	"archwire/internal/serve/walk"
)

// A change is one row of a feed.
type change struct {
	key    []string
	person *string // whom it is about, where rows are about persons
	text   []byte  // as it leaves
}

// A comparison of two slices is the changes after some key, in the order of keys.
type compared struct {
	changes []change
	until   []string // the key up to which they were compared; nil is to the end
	tired   bool     // it ended there because too many rows had been compared
}

// A comparedKey names a comparison: whose slices, by their hashes, in which
// profiles, and in which columns. Only comparedKeyOf makes one, of slices that both
// publications gave out to the caller's scope.
type comparedKey struct {
	tenant      string
	before, now string
	profiles    [2]archwire.Profile
	shape       string
}

func comparedKeyOf(q *changesRequest, p pair) comparedKey {
	var b canon.Text
	b.Add(q.dataset.Tenant)
	b.Add(q.dataset.Key...)
	for _, f := range q.fields {
		b.Add(f.Name, f.Type)
	}
	if q.persons() > 0 {
		b.Add("of", q.dataset.Person)
	}
	return comparedKey{p.tenant, p.before.SHA256, p.now.SHA256, [2]archwire.Profile{p.before.Profile, p.now.Profile}, b.String()}
}

// maxComparedBytes bounds what is kept of one comparison.
const maxComparedBytes = 1 << 20

// compared gives the changes of a pair after the given key: more than room of them,
// if there are as many, or up to some key from which it goes on. Those of a whole pair are kept when they are few, for all
// who may see both slices.
func (h *Handler) compared(c *call, q *changesRequest, p pair, after []string, room int) (compared, error) {
	k := comparedKeyOf(q, p)
	keeps := p.rows() <= maxCompared
	if keeps {
		if all, ok := h.pairs.get(k); ok {
			if rest, ok := behind(all, after); ok {
				return compared{changes: rest}, nil
			}
		}
	}
	m := &comparing{c: c, q: q, p: p, most: room + 1, mostBytes: maxPageBytes}
	switch {
	case !keeps:
		m.mostKeys = maxCompared
	case after == nil:
		m.most, m.mostBytes = describe.MaxLimit+1, maxComparedBytes
	}
	out, err := m.run(after)
	if err == nil && after == nil && keeps && out.until == nil {
		h.pairs.put(k, out.changes, m.bytes+int64(len(k.shape)))
	}
	return out, err
}

// behind is the changes after the one of that key; not ok when it is none of them.
func behind(all []change, after []string) ([]change, bool) {
	if after == nil {
		return all, true
	}
	i := slices.IndexFunc(all, func(one change) bool { return slices.Equal(one.key, after) })
	return all[i+1:], i >= 0
}

// A comparing is a comparison under way.
type comparing struct {
	c *call
	q *changesRequest
	p pair

	most      int   // changes
	mostBytes int64 // of them
	mostKeys  int   // to compare; 0 sets no limit

	old, now *walk.Walk
	keys     int
	bytes    int64
	out      compared
}

func (m *comparing) run(after []string) (compared, error) {
	first := 1 + len(m.q.fields)
	rows := func(after []string, limit int) archwire.Query { return rowsQuery(m.q.rowsRequest, after, limit) }
	m.old, m.now = walk.Nowhere(), walk.Nowhere()
	if m.p.before.SHA256 != "" {
		then := m.q.dataset
		then.Name = m.q.then
		m.old = walk.New(m.q.before.asks(then.Name, []string{m.p.tenant}), then, after, first, rows)
	}
	if m.p.now.SHA256 != "" {
		m.now = walk.New(m.c.asks(m.q.dataset.Name, []string{m.p.tenant}), m.q.dataset, after, first, rows)
	}
	err := walk.Merge(m.old, m.now, m.visit)
	return m.out, err
}

// visit adds what became of one key, if anything.
func (m *comparing) visit(inOld, inNow bool) (err error) {
	switch {
	case !inNow:
		err = m.add(m.old, "delete", m.deleted)
	case !inOld || !m.same():
		err = m.add(m.now, "upsert", m.upserted)
	}
	if err != nil {
		return err
	}
	m.keys++
	m.out.tired = m.mostKeys > 0 && m.keys >= m.mostKeys
	if !m.out.tired && len(m.out.changes) < m.most && m.bytes < m.mostBytes {
		return nil
	}
	w := m.now
	if !inNow {
		w = m.old
	}
	if m.out.until, err = w.Key(); err != nil {
		return err
	}
	return walk.ErrStop
}

// same says whether both rows have the same values.
func (m *comparing) same() bool {
	for i := range m.q.fields {
		if !encode.Same(m.old.Batch.Column(1+i), m.old.Row, m.now.Batch.Column(1+i), m.now.Row) {
			return false
		}
	}
	return true
}

func (m *comparing) add(w *walk.Walk, op string, columns func(dst []byte) []byte) error {
	key, err := w.Key()
	if err != nil {
		return err
	}
	one := change{key: key, person: m.personAt(w)}
	one.text = encode.String(append(one.text, `{"op":`...), op)
	one.text = encode.Cell(encode.Member(append(one.text, ','), describe.MemberOf(m.q.dataset.Tenant)), w.Batch.Column(0), w.Row, false)
	one.text = append(columns(one.text), '}')
	one.text = slices.Clip(one.text)
	m.out.changes = append(m.out.changes, one)
	const each = 160
	m.bytes += each + int64(len(one.text))
	for _, k := range key {
		m.bytes += int64(16 + len(k))
	}
	return nil
}

// deleted appends the columns of the key.
func (m *comparing) deleted(dst []byte) []byte {
	for i, k := range m.q.keyColumns() {
		dst = encode.Member(append(dst, ','), describe.MemberOf(k.Name))
		dst = encode.Cell(dst, m.old.Batch.Column(m.old.First+i), m.old.Row, statement.TypeOf(k).Kind == archwire.JSON)
	}
	return dst
}

// upserted appends all columns asked for.
func (m *comparing) upserted(dst []byte) []byte {
	for i, f := range m.q.fields {
		dst = encode.Member(append(dst, ','), describe.MemberOf(f.Name))
		dst = encode.Cell(dst, m.now.Batch.Column(1+i), m.now.Row, statement.TypeOf(f).Kind == archwire.JSON)
	}
	return dst
}

// personAt is whom a row is about.
func (m *comparing) personAt(w *walk.Walk) *string {
	if m.q.persons() == 0 {
		return nil
	}
	col := w.Batch.Column(w.First + len(m.q.dataset.Key))
	if col.IsNull(w.Row) {
		return nil
	}
	text := string(encode.Text(nil, col, w.Row))
	return &text
}
