package project

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"key", "sync", "cursor", "deletes", "columns"}
	for wrong, want := range map[string]string{
		"cursr": "cursor", "Cursor": "cursor", "colums": "columns", "delets": "deletes", "synk": "sync", "snyc": "sync",
		"kye": "key", "": "", "tables": "", "wholly_other": "",
	} {
		if got := Nearest(wrong, known); got != want {
			t.Errorf("nearest to %q: got %q, want %q", wrong, got, want)
		}
	}
}

func TestDistanceCountsTranspositionsOnce(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"día", "dia", 1}} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("%q to %q: got %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance(test.b, test.a); got != test.want {
			t.Errorf("%q to %q: got %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
