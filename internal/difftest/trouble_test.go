package difftest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// trouble does to one file of the inbox what people and servers do, and says what.
func (o *post) trouble(t *testing.T) string {
	t.Helper()
	if o == nil {
		return ""
	}
	acts := map[string]func(*testing.T) bool{
		"half a file": o.half, "a file with fewer rows": o.shorten, "a file written anew": o.rewrite,
		"a file taken away": o.takeAway, "a file put back": o.putBack, "a file of wrong rows": o.spoil,
	}
	names := []string{"half a file", "a file with fewer rows", "a file written anew", "a file taken away", "a file put back", "a file of wrong rows"}
	what := names[o.rng.IntN(len(names))]
	if !acts[what](t) {
		return ""
	}
	o.tally[what]++
	return what
}

// any picks one of the inbox's files of rows, or ones that are due and not there.
func (o *post) any(t *testing.T, there bool) (name string, ok bool) {
	t.Helper()
	here := o.names(t)
	var some []string
	for name := range o.due {
		if strings.HasSuffix(name, ".csv") && slices.Contains(here, name) == there {
			some = append(some, name)
		}
	}
	if len(some) == 0 {
		return "", false
	}
	slices.Sort(some)
	return some[o.rng.IntN(len(some))], true
}

// half writes the first half of a file that nothing says to be complete.
func (o *post) half(t *testing.T) bool {
	t.Helper()
	name, ok := o.any(t, false)
	if _, day, _ := strings.Cut(strings.TrimSuffix(name, ".csv"), "_20"); !ok || slices.Contains(o.names(t), "20"+day[:8]+".done") {
		return false
	}
	o.write(t, name, o.due[name][:len(o.due[name])/2])
	return true
}

// shorten puts a file without its last row in the place of one.
func (o *post) shorten(t *testing.T) bool {
	t.Helper()
	name, ok := o.any(t, true)
	if !ok || bytes.Count(o.due[name], []byte("\n")) < 3 {
		return false
	}
	whole := strings.TrimSuffix(string(o.due[name]), "\n")
	o.put(t, name, []byte(whole[:strings.LastIndex(whole, "\n")+1]))
	return true
}

// rewrite writes the same bytes into a file once more.
func (o *post) rewrite(t *testing.T) bool {
	t.Helper()
	name, ok := o.any(t, true)
	if ok && o.delivered(name) {
		o.write(t, name, o.due[name])
		return true
	}
	return false
}

func (o *post) takeAway(t *testing.T) bool {
	t.Helper()
	name, ok := o.any(t, true)
	if ok {
		o.remove(t, name)
	}
	return ok
}

func (o *post) putBack(t *testing.T) bool {
	t.Helper()
	name, ok := o.any(t, false)
	if ok {
		o.put(t, name, o.due[name])
	}
	return ok
}

// spoil adds rows that are not as declared to a file, more than may be. One that was
// sent twice is not read again, and so its quarantine would stay as it is.
func (o *post) spoil(t *testing.T) bool {
	t.Helper()
	name, ok := o.any(t, true)
	if ok = ok && !strings.HasSuffix(name, "-again.csv"); ok {
		o.put(t, name, append(slices.Clone(o.due[name]), bytes.Repeat([]byte("wrong\n"), 1+2*bytes.Count(o.due[name], []byte("\n")))...))
	}
	return ok
}

// write writes into a file where it lies.
func (o *post) write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(o.inbox, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// judge judges a run that has failed: it must say why in a sentence, and what befell
// the inbox must be a reason for it.
func (o *post) judge(t *testing.T, what string, status int, said string) {
	t.Helper()
	_, sentence, told := strings.Cut("\n"+said, "\narchwire: ")
	reasons := map[int]bool{ // by exit status, as docs/reference/errors.md lists them
		2: strings.HasPrefix(sentence, "remit.") || strings.Contains(sentence, ": remit."), // a file is away, or none
		6: true,                                                                            // a file has changed while it was read
		7: strings.Contains(sentence, "check ") || strings.Contains(sentence, "have vanished from the source"),
	}
	if o == nil || !told || !reasons[status] || strings.Contains(said, "goroutine ") {
		t.Fatalf("%s failed for no reason: exit status %d\n%s", what, status, said)
	}
	t.Logf("%s: exit status %d: %.200s", what, status, strings.SplitN(sentence, "\n", 2)[0])
}

// A line is what the quarantine holds of a row, but for the reason.
type line struct {
	Line   int64
	Column string
	Row    string
}

// quarantined compares the quarantine with the mistakes that were made.
func (o *post) quarantined(t *testing.T, dir string) {
	t.Helper()
	if o == nil {
		return
	}
	found, err := filepath.Glob(filepath.Join(dir, "data", "quarantine", "remit", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]line{}
	for _, path := range found {
		var lines []line
		for text := range strings.Lines(readFile(t, path)) {
			var l line
			if err := json.Unmarshal([]byte(text), &l); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, l)
		}
		got[strings.TrimSuffix(filepath.Base(path), ".rejected.ndjson")] = lines
	}
	if diff := gocmp.Diff(o.rejected, got); diff != "" {
		t.Errorf("the quarantine (- mistakes, + what it holds)\n%s", diff)
	}
}

// log tells what befell the inbox.
func (o *post) log(t *testing.T) {
	t.Helper()
	if o != nil {
		t.Logf("files: %v", o.tally)
	}
}
