package files

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
)

// propose makes a table of the files that are named alike, and says how the newest of
// them is read. What it says is a proposal: it goes into the project's file, where it
// is reviewed, and is not looked for again.
func (s *Source) propose(ctx context.Context, listed []object.Version) ([]archwire.Table, error) {
	var patterns []string
	newest := map[string]object.Version{}
	bytes := map[string]int64{}
	for _, v := range s.orphans(listed) {
		pattern, format := patternOf(v.Name)
		if format == "" || v.Size == 0 {
			continue
		}
		if _, seen := newest[pattern]; !seen {
			patterns = append(patterns, pattern)
		}
		newest[pattern] = v // the listing is by name, and of one pattern the dates grow with it
		bytes[pattern] += v.Size
	}
	var tables []archwire.Table
	for _, pattern := range patterns {
		t, err := s.sniff(ctx, pattern, newest[pattern])
		if err != nil {
			return nil, err
		}
		t.Bytes = bytes[pattern]
		tables = append(tables, t)
	}
	return tables, nil
}

var (
	dateInName   = regexp.MustCompile(`(19|20)\d{2}(-\d{2}-\d{2}|_\d{2}_\d{2}|\d{4})`)
	timeInName   = regexp.MustCompile(`^[T_-]?(\d{2}-\d{2}-\d{2}|\d{6})`)
	digitsInName = regexp.MustCompile(`\d+`)
)

// patternOf is a pattern that a file's name belongs to, and the format that its ending
// tells; "" when it tells none.
func patternOf(name string) (pattern, format string) {
	dir, base := path.Split(name)
	stem := strings.TrimSuffix(strings.TrimSuffix(base, ".gz"), ".zst")
	format = map[string]string{
		".csv": fileform.CSV, ".tsv": fileform.CSV, ".psv": fileform.CSV, ".txt": fileform.CSV,
		".ndjson": fileform.NDJSON, ".jsonl": fileform.NDJSON, ".parquet": fileform.Parquet,
	}[strings.ToLower(path.Ext(stem))]
	if at := dateInName.FindStringIndex(base); at != nil {
		before, after, rest := base[:at[0]], "", base[at[1]:]
		if t := timeInName.FindStringSubmatchIndex(rest); t != nil {
			after, rest = rest[:t[2]]+"{time}", rest[t[3]:]
		}
		return dir + numbered(before, false) + "{date}" + after + numbered(rest, true), format
	}
	return dir + numbered(base, true), format
}

// numbered puts {number} in the place of the first digits, if it may, and * in that of
// the others, and of those that number the parts of one snapshot.
func numbered(s string, may bool) string {
	var out strings.Builder
	from := 0
	for _, at := range digitsInName.FindAllStringIndex(s, -1) {
		out.WriteString(s[from:at[0]])
		place := "*"
		if may && at[1]-at[0] <= 18 && !ofParts.MatchString(s[:at[0]]) && !ofSome.MatchString(s[at[1]:]) {
			may, place = false, "{number}"
		}
		out.WriteString(place)
		from = at[1]
	}
	return out.String() + s[from:]
}

// What stands before the number of a part, and behind it.
var (
	ofParts = regexp.MustCompile(`(?i)(^|[^a-z])(part|chunk|split|shard|of)[-_ .]*$`)
	ofSome  = regexp.MustCompile(`(?i)^[-_ .]*of[-_ .]*\d`)
)

// nameOf is what a table of a pattern is called.
func nameOf(pattern string) string {
	base := path.Base(pattern)
	base, _, _ = strings.Cut(base, ".")
	words := strings.FieldsFunc(placeInName.ReplaceAllString(base, "_"), func(r rune) bool { return strings.ContainsRune("_- .", r) })
	words = slices.DeleteFunc(words, func(w string) bool { return w == "T" })
	return cmp.Or(strings.Join(words, "_"), "files")
}

var placeInName = regexp.MustCompile(`\{\w+\}|\*`)

var soundsLikeChanges = regexp.MustCompile(`(?i)(^|[^a-z])(delta|deltas|change|changes|update|updates|incr|incremental)([^a-z]|$)`)

// sniff looks at a sample of a file.
func (s *Source) sniff(ctx context.Context, pattern string, v object.Version) (t archwire.Table, err error) {
	_, format := patternOf(v.Name)
	form := fileform.Form{Format: format, Snapshots: pattern}
	t = archwire.Table{
		Source: s.cfg.Name, Schema: Schema, Origin: nameOf(pattern), Rows: -1,
		Sync: archwire.SyncHint{Mode: "full", Reason: "the newest file is the whole table; if each has changes only, write changes: in place of snapshots:, and a key"},
	}
	if strings.Contains(pattern, "{date}") && strings.Contains(pattern, "{number}") {
		t.Sync.Reason += "; of one date the highest {number} counts alone: if they are parts of the table, write * in its place"
	}
	if soundsLikeChanges.MatchString(pattern) {
		form.Snapshots, form.Changes = "", pattern
		t.Sync.Reason = "each file has rows that are added; with a key they take the place of others"
	}
	f, why := file{Version: v}, ""
	switch format {
	case fileform.Parquet:
		t.Columns, err = s.parquetColumns(ctx, f)
	default:
		t.Columns, why, err = s.sniffText(ctx, f, &form)
	}
	if archwire.CodeOf(err) == archwire.Invalid { // not what its name says: listed without columns
		why, err = archwire.MessageOf(err), nil
	}
	if len(t.Columns) == 0 && why != "" {
		t.Sync = archwire.SyncHint{Reason: v.Name + " " + strings.TrimPrefix(why, "the file "+v.Name+" ")}
	}
	t.Form = form.Default().String()
	if err != nil {
		return t, fmt.Errorf("looking at %s: %w", v.Name, err)
	}
	return t, nil
}
