package project

import "testing"

// Where the library names a line of its own counting, the complaint names the
// file's: that of the mistake or of the thing it is in.
func TestBrokenYAMLIsNamedByLine(t *testing.T) {
	for content, want := range map[string]int{
		"a: [x":                     1,
		"\n\na: [x\nb: c\n":         3,
		"\n\na: {x: y\nb: c\n":      3,
		"a: b\n\tc: d\n":            2,
		"\n\na: b\n  c: d\n":        4,
		"a: b\n- c\n":               2,
		"\n\na: 'x\nb: c":           3,
		"\n\na: !x!y z\n":           3,
		"\n\nfoo: ]\n":              3,
		"\n\na: b\nc\nd: e":         4, // or 5: the parser stops where the key begins
		"a: b\n\n... x\n":           3,
		"a: b\n---\n\n\nc: {d\n":    5,
		"a: b\x01":                  0,
		"\n\na: \"x\\q\"\nb: c\n":   3,
		"\n\na: b: c\n":             3,
		"\n\nkey: value\n&\n":       4,
		"\n\n- a\n- b: [1, 2\n- c:": 4,
	} {
		var complaints Complaints
		if docs := documents("x.yaml", []byte(content), &complaints); docs != nil || len(complaints) != 1 {
			t.Errorf("%q: got %d documents and %v", content, len(docs), complaints)
		} else if complaints[0].Line != want {
			t.Errorf("%q: got line %d, want %d: %s", content, complaints[0].Line, want, complaints[0].Message)
		}
	}
}

func TestNothingIsMissedBehindAFileThatCannotBeRead(t *testing.T) {
	files := valid(t)
	files["datasets/c.yaml"].Data = []byte("dataset: [")
	_, err := load(files, noEnv)
	want := "datasets/c.yaml:1: is not YAML, here or in the lines that follow: did not find expected node content"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
