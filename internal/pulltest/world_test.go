package pulltest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// practices are the tenants.
var practices = []string{"1", "2", "3", "4", "5", "6"}

// A row is all that is told of one: what its columns hold follows from its id and
// version, in SQL.
type row struct {
	practice string
	version  int
}

// A world is what the vendor's databases hold, and which datasets are made of it.
type world struct {
	rng     *rand.Rand
	rows    map[string]map[int]row // by dataset and id
	next    int                    // the id of the next row
	wide    bool                   // visits have a column more
	retyped bool                   // an amount of visits is larger
	notes   bool                   // the dataset of notes is published
	hidden  bool                   // tokens of visits have pseudonyms
	placed  bool                   // notes name their location
	past    map[string]map[int]row // rows of some night before
}

// sites are the ids of locations that rows have, and of one that none has.
var sites = []string{"11", "12", "13", "99"}

func newWorld(rng *rand.Rand) *world {
	w := &world{rng: rng, rows: map[string]map[int]row{"visit": {}, "payment": {}, "note": {}}, notes: true, hidden: true}
	for range 60 {
		w.add()
	}
	w.past = w.remember()
	return w
}

// remember copies the rows.
func (w *world) remember() map[string]map[int]row {
	out := map[string]map[int]row{}
	for dataset, rows := range w.rows {
		out[dataset] = maps.Clone(rows)
	}
	return out
}

// add adds a row; the last practice has none for a long time.
func (w *world) add() {
	dataset := []string{"visit", "payment", "note"}[w.rng.IntN(3)]
	w.next++
	w.rows[dataset][w.next] = row{practice: practices[w.rng.IntN(len(practices)-1)]}
}

// night changes something of everything, or nothing at all.
func (w *world) night() {
	if w.rng.IntN(6) == 0 {
		return
	}
	for range w.rng.IntN(12) {
		w.add()
	}
	for _, dataset := range slices.Sorted(maps.Keys(w.rows)) {
		for _, id := range slices.Sorted(maps.Keys(w.rows[dataset])) {
			r := w.rows[dataset][id]
			switch w.rng.IntN(25) {
			case 0:
				delete(w.rows[dataset], id)
				continue
			case 1, 2:
				r.version++
			case 3: // it moves
				r.practice = practices[w.rng.IntN(len(practices))]
			}
			w.rows[dataset][id] = r
		}
	}
	switch w.rng.IntN(10) {
	case 0:
		w.wide = !w.wide
	case 1:
		w.notes = !w.notes
	case 2:
		w.retyped = !w.retyped
	case 3:
		w.hidden = !w.hidden
	case 4:
		w.placed = !w.placed
	case 5: // all is as it was once
		w.rows, w.past = w.past, w.remember()
	}
}

// models are the rows of each dataset, as SQL.
func (w *world) models() map[string]string {
	amount := "decimal(12,2)"
	if w.retyped {
		amount = "decimal(14,3)"
	}
	return map[string]string{
		"mart.visit": w.model("visit", `practice as practice_id, id, date '2026-01-01' + id::integer as day, case id % 7 when 0 then null else 11 + (id + version) % 3 end::integer as site,
			case id % 9 when 0 then null else 700000000000 + id % 13 end::bigint as patient,
			case id % 4 when 0 then null else ((id * 7919 + version * 104729) % 100000 - 50000) / 100.0 end::`+amount+` as amount,
			('12345678901234567890123456789012345' || id % 10 || '.' || version % 10 || '7')::decimal(38,2) as large,
			timestamptz '2026-03-01 00:00:00.123456+00' + to_hours(id::integer * 7 + version) as seen_at,
			timestamp '1969-12-31 23:59:59.5' - to_days(id::integer * 400) as booked, time '23:59:59.999999' - to_seconds(id * 13) as at_time,
			md5('u' || id || version)::uuid as token, case id % 3 when 0 then null when 1 then ''::blob else unhex(md5('b' || id)) end as image,
			('{"id": ' || id || ',  "v": [null, ' || version || ', 1.10, "é\u0041\\"]}')::json as extra,
			case id % 6 when 0 then null when 1 then '' when 2 then 'NULL' when 3 then E'tab\tnew\nline\r\\N \\. "q" ''x''' when 4 then '\N' else 'Zoë 漢' || version end as name,
			id % 2 = 0 as kept, (id % 30000)::smallint as small, (id * 1000)::integer as middle,
			case id % 5 when 0 then 'nan'::double when 1 then 'infinity'::double when 2 then '-infinity'::double else id / 7.0::double end as ratio,
			(id / 3.0)::float as part`),
		"mart.payment": w.model("payment", `practice::bigint as practice_id, id, version, (((id * 31 + version) % 1000) / 100.0)::decimal(12,2) as amount,
			'1' || (1 + (id + version) % 3) as site`),
		"mart.note": w.model("note", `practice as practice_id, 700000000000 + id % 13 || '' as patient, 810000000000 + id as number, (11 + id % 3)::smallint as site,
			case id % 4 when 0 then null else date '1950-02-28' + (id * 100)::integer end as born, (((id % 5) * 1000 - 1999 + version) / 100.0)::decimal(12,2) as fee,
			'note ' || id || ' ' || version as text`),
	}
}

func (w *world) model(dataset, columns string) string {
	lines := []string{"('', 0, 0)"}
	for _, id := range slices.Sorted(maps.Keys(w.rows[dataset])) {
		r := w.rows[dataset][id]
		lines = append(lines, fmt.Sprintf("('%s', %d, %d)", r.practice, id, r.version))
	}
	return "select " + columns + " from (select practice, id::bigint as id, version::integer as version from (values " + strings.Join(lines, ", ") +
		") v(practice, id, version) where practice <> '')"
}
