package files

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"archwire/internal/fileform"
	"archwire/internal/object"
)

// A file is one of a table's.
type file struct {
	object.Version
	order  string // how new it is, as its pattern tells
	change bool   // it has changes, else it is of the snapshot
}

// A selection is the files whose rows make up a table, the oldest first.
type selection struct {
	table Table
	files []file
	notes []string // about files that were passed over
	err   error    // why the table cannot be read; asked for when it is
}

// changes lists the selected files of changes.
func (s selection) changes() []file {
	return slices.DeleteFunc(slices.Clone(s.files), func(f file) bool { return !f.change })
}

// A shelf is what a listing has of a table.
type shelf struct {
	snapshots, changes []file
	complete           map[string]bool // the orders whose sign has come
	both               string          // a file that is named as both; "" where none is
}

// sort out the files of a table, by their names.
func sortOut(form fileform.Form, said, listed []object.Version) shelf {
	s := shelf{complete: map[string]bool{}}
	matcher := func(text string) func(string) (string, bool) {
		p, err := fileform.ParsePattern(text)
		if err != nil {
			return func(string) (string, bool) { return "", false } // "", or complained about already
		}
		return p.Match
	}
	snapshot, change, complete := matcher(form.Snapshots), matcher(form.Changes), matcher(form.Complete)
	for _, v := range said {
		if order, ok := complete(v.Name); ok {
			s.complete[order] = true
		}
	}
	for _, v := range listed {
		if _, sign := complete(v.Name); sign {
			continue
		}
		whole, isWhole := snapshot(v.Name)
		part, isPart := change(v.Name)
		switch {
		case isWhole && isPart:
			s.both = v.Name
		case isWhole:
			s.snapshots = append(s.snapshots, file{v, whole, false})
		case isPart:
			s.changes = append(s.changes, file{v, part, true})
		}
	}
	byAge := func(a, b file) int { return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Name, b.Name)) }
	slices.SortFunc(s.snapshots, byAge)
	slices.SortFunc(s.changes, byAge)
	return s
}

// choose says which of the files listed make up a table. said are those listed before
// them, among which are the signs that files are complete.
func (s *Source) choose(ctx context.Context, t Table, said, listed []object.Version) selection {
	out := selection{table: t}
	var chosen []file
	has := sortOut(t.Form, said, listed)
	if has.both != "" { // as either it could undo what the other says
		out.err = invalid(t.Table, "the file "+has.both+" is named as snapshots and as changes are", "Narrow the patterns snapshots: and changes: until each file belongs to one.")
		return out
	}
	since := ""
	if t.Form.Snapshots != "" {
		groups := slices.Collect(chunkBy(has.snapshots, func(f file) string { return f.order }))
		for _, group := range slices.Backward(groups) {
			if at := slices.IndexFunc(group, func(f file) bool { return s.unready(t, f, has) != "" }); at >= 0 {
				out.notes = append(out.notes, t.ID()+": "+group[at].Name+" "+s.unready(t, group[at], has))
				continue
			}
			out.files, since = group, group[0].order
			break
		}
	}
	if len(out.files) == 0 && t.Form.Snapshots != "" {
		out.err = s.nothing(t, t.Form.Snapshots, len(has.snapshots))
		return out
	}
	changes := slices.DeleteFunc(has.changes, func(f file) bool { return f.order <= since })
	for i, f := range changes {
		if why := s.unready(t, f, has); why != "" {
			out.notes = append(out.notes, fmt.Sprintf("%s: %s %s", t.ID(), f.Name, why))
			changes = changes[:i] // what is newer would be taken before its time
			break
		}
	}
	if len(changes) == 0 && t.Form.Snapshots == "" {
		out.err = s.nothing(t, t.Form.Changes, len(has.changes))
		return out
	}
	for _, some := range [][]file{out.files, changes} {
		kept, notes, err := s.withoutRepetitions(ctx, t, some)
		if err != nil {
			out.err = err
			return out
		}
		chosen, out.notes = append(chosen, kept...), append(out.notes, notes...)
	}
	out.files = chosen
	return out
}

// unready says why a file does not count yet; "" when it does.
func (s *Source) unready(t Table, f file, has shelf) string {
	age := s.cfg.Now().Sub(f.Modified)
	switch {
	case t.Form.Complete != "":
		if !has.complete[f.order] {
			return "waits for the file that says that it is complete (" + t.Form.Complete + ")"
		}
	case age < s.cfg.Settle:
		return fmt.Sprintf("was written to less than %s ago, and is left to a later run", s.cfg.Settle)
	}
	if f.Size == 0 && (t.Form.Format == fileform.Parquet || t.Form.Format == fileform.CSV && t.Form.Names == nil) {
		return "is empty, as a file is that is about to be written, and is left to a later run"
	}
	return ""
}

// nothing is the error for a table without a file.
func (s *Source) nothing(t Table, pattern string, unready int) error {
	if unready > 0 {
		return invalid(t.Table, fmt.Sprintf("none of its %d files counts yet: they are still being written, or wait for the file that says that they are complete", unready),
			"Run again when one is complete; archwire doctor tells of each.")
	}
	return invalid(t.Table, "no file is there whose name is "+pattern,
		"Look whether the files come, and under which names; a table that has no rows yet needs a file with a header and no row.")
}

// chunkBy yields runs of elements that have the same key.
func chunkBy[T any](all []T, key func(T) string) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		for from := 0; from < len(all); {
			to := from + 1
			for to < len(all) && key(all[to]) == key(all[from]) {
				to++
			}
			if !yield(all[from:to:to]) {
				return
			}
			from = to
		}
	}
}

// compression is what a name says its content is compressed by: gzip, zstd or "".
func compression(name string) string {
	switch {
	case strings.HasSuffix(name, ".gz"):
		return "gzip"
	case strings.HasSuffix(name, ".zst"):
		return "zstd"
	}
	return ""
}
