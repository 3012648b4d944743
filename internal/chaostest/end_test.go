package chaostest

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// end runs the project once more, undisturbed, until it has read the source, and
// compares all there is with the source and with a project that was never disturbed.
func (h *history) end(t *testing.T) {
	t.Helper()
	h.write(t, h.author.mend())
	h.inbox.mend(t)
	if !h.unblock(t) {
		t.Fatal("the table could not be altered back")
	}
	last := plan{accepted: true, repairs: true}
	if h.attempt(t, last); strings.Contains(h.said, "goes on from what run") {
		h.judge.look(t, h.folder, h.edition)
		h.attempt(t, last) // the one before did not read the source
	}
	h.judge.look(t, h.folder, h.edition)
	if h.judge.shown.version != int64(len(h.db.log)) {
		t.Errorf("the last publication shows version %d; the source is at %d", h.judge.shown.version, len(h.db.log))
	}
	if diff := cmp.Diff(h.inbox.rows(h.inbox.shelf()), h.inbox.rows(h.judge.shown.shelf)); diff != "" {
		t.Errorf("the last publication does not show the files as they are (- files, + shown)\n%s", diff)
	}
	h.inbox.quarantined(t, h.folder)
	if h.cluster == nil {
		h.copies(t)
	}
	run(t, h.folder, h.db.url(), "verify", "--all")
	run(t, h.folder, h.db.url(), "verify", "--models")
	h.rebuild(t)
}

// rebuild compares the publication with that of another folder with the same
// files and a first copy, in an embedded warehouse: all slices must have the same
// names.
func (h *history) rebuild(t *testing.T) {
	t.Helper()
	fresh := newProject(t, h.edition)
	run(t, fresh, h.db.url(), "run")
	names := func(folder string) map[string]string {
		out := map[string]string{}
		for _, s := range h.judge.reader.current(t, folder).index {
			out[strings.Join([]string{s.dataset, s.profile, s.tenant}, " ")] = s.sha
		}
		return out
	}
	if diff := cmp.Diff(names(fresh), names(h.folder)); diff != "" {
		t.Errorf("slices (- of a full rebuild, + of the history)\n%s", diff)
	}
}

// copies compares every table with its copy, row by row and to the last digit.
func (h *history) copies(t *testing.T) {
	t.Helper()
	r := newReader(t)
	file := filepath.Join(h.folder, "data", "warehouse.duckdb")
	if _, err := r.engine.ExecContext(t.Context(), "attach '"+file+"' as kept (read_only)"); err != nil {
		t.Fatalf("opening the warehouse: %v", err)
	}
	defer r.engine.ExecContext(t.Context(), "detach kept") //nolint:errcheck // it was only read
	for table := range h.judge.shown.rows() {
		name, ours := strings.CutPrefix(table, "shop.")
		if !ours {
			continue // every row of files is in a dataset
		}
		columns := h.db.columns(t, name)
		condition := ""
		if name == "client" {
			condition = " where gone_at is null"
		}
		want := h.db.rows(t, name, columns, condition)
		got := r.query(t, columns.sql(duckdbInstant)+" from kept."+table)
		slices.SortFunc(want, slices.Compare)
		slices.SortFunc(got, slices.Compare)
		if !slices.EqualFunc(want, got, slices.Equal) {
			t.Errorf("%s (- source, + copy)\n%.5000s", table, cmp.Diff(want, got))
		}
		known := r.query(t, "select count(*) from duckdb_columns() where database_name = 'kept' and schema_name = 'shop' and table_name = '"+name+"'")
		if known[0][0] != fmt.Sprint(len(columns)) {
			t.Errorf("the copy of %s has %s columns, the source %d", table, known[0][0], len(columns))
		}
	}
}

// A typed column is compared as text that both engines write alike.
type typed struct{ name, typ string }

type typedColumns []typed

// duckdbInstant writes an instant: microseconds since 1970, and infinities as they
// are.
const duckdbInstant = "case when isfinite(%[1]s) then epoch_us(%[1]s)::varchar else %[1]s::varchar end"

func (c typedColumns) sql(instant string) string {
	texts := make([]string, len(c))
	for i, column := range c {
		texts[i] = column.name + "::varchar"
		if strings.HasPrefix(column.typ, "timestamp") {
			texts[i] = fmt.Sprintf(instant, column.name)
		}
		texts[i] += " as " + column.name
	}
	return "select " + strings.Join(texts, ", ")
}
