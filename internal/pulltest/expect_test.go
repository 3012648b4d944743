package pulltest

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archwire"
)

// An expectation is what a partner holds when it is equal to a publication under its
// grants: for each dataset the files of the store with its rows, which the test keeps
// for itself. It is read off index.parquet and the grants by rules of its own.
type expectation struct {
	publication archwire.PublicationID
	files       map[string][]expected // by dataset
	rows        map[string]string     // by dataset, in SQL
}

// An expected is what a practice opens of a dataset: a slice of the store or, where one
// is made for the partner, a file of the test's with the same columns and rows.
type expected struct {
	practice, path string
	made           bool
	hidden         []string // columns with pseudonyms
}

// rank orders profiles, narrowest first.
var rank = map[archwire.Profile]int{archwire.Aggregate: 0, archwire.Pseudonymous: 1, archwire.Identified: 2}

// expect reads what the partner is to hold.
func (h *history) expect(t *testing.T, id archwire.PublicationID) expectation {
	t.Helper()
	e := expectation{publication: id, files: map[string][]expected{}, rows: map[string]string{}}
	store := filepath.Join(h.office.dir, "store")
	type line struct {
		profile archwire.Profile
		sha     string
	}
	index := map[[2]string][]line{}
	rows, err := h.judge.QueryContext(t.Context(), fmt.Sprintf("select dataset, profile, tenant, slice from '%s/publications/%s/index.parquet'", store, id))
	must(t, err)
	defer rows.Close() //nolint:errcheck // read to its end
	for rows.Next() {
		var dataset, profile, tenant, sha string
		must(t, rows.Scan(&dataset, &profile, &tenant, &sha))
		at := [2]string{dataset, tenant}
		index[at] = append(index[at], line{archwire.Profile(profile), sha})
	}
	must(t, rows.Err())
	described := h.described(t, id)
	for at, lines := range index {
		open := h.opens(described[at[0]], at[1])
		best := -1
		for i, l := range lines {
			if open.rank >= 0 && rank[l.profile] <= open.rank && (best < 0 || rank[l.profile] > rank[lines[best].profile]) {
				best = i
			}
		}
		if best < 0 {
			continue
		}
		sha := lines[best].sha
		kept := filepath.Join(h.kept, sha+".parquet")
		if err := os.Link(filepath.Join(store, "slices", sha[:2], sha+".parquet"), kept); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
		e.files[at[0]] = append(e.files[at[0]], h.opened(t, described[at[0]], open, expected{practice: at[1], path: kept}))
	}
	for dataset := range e.files {
		e.rows[dataset] = h.rowsOf(t, e.files[dataset])
	}
	return e
}

// rowsOf is the rows of files, in SQL: NULL where a practice does not open a column, a
// text where one has pseudonyms, the practice's id as a text, and what the catalogue
// calls a document or UUID as one.
func (h *history) rowsOf(t *testing.T, files []expected) string {
	t.Helper()
	types := map[string]string{"practice_id": "varchar", "extra": "json", "token": "uuid"}
	var paths []string
	for _, f := range files {
		paths = append(paths, "'"+f.path+"'")
		for _, column := range f.hidden {
			types[column] = "varchar"
		}
	}
	from := "read_parquet([" + strings.Join(paths, ", ") + "], union_by_name = true)"
	var list []string
	for _, c := range columns(t, h.judge, from) {
		name, _, _ := strings.Cut(c, " ")
		if kind, ok := types[name]; ok {
			list = append(list, name+"::"+kind+" as "+name)
			continue
		}
		list = append(list, name)
	}
	return "(select " + strings.Join(list, ", ") + " from " + from + ")"
}

// relation is the rows of a dataset as they are expected, in SQL.
func (e expectation) relation(dataset string) string { return e.rows[dataset] }

// datasets are those with files.
func (e expectation) datasets() (names []string) {
	for name := range e.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// columns are names and types of a relation.
func columns(t *testing.T, db *sql.DB, relation string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "select column_name, column_type from (describe select * from "+relation+") order by column_name")
	must(t, err)
	defer rows.Close() //nolint:errcheck // read to its end
	for rows.Next() {
		var name, kind string
		must(t, rows.Scan(&name, &kind))
		out = append(out, name+" "+kind)
	}
	must(t, rows.Err())
	return out
}
