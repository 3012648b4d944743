package cursor

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire/internal/serve/problem"
)

func sealerOf(tb testing.TB, secret string) *Sealer {
	tb.Helper()
	s, err := NewSealer([]byte(secret))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestCursorsComeBack(t *testing.T) {
	s := sealerOf(t, "secret")
	rapid.Check(t, func(t *rapid.T) {
		c := Cursor{"20261121T021400Z-4f9c", rapid.String().Draw(t, "tenant"), rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "key"), nil}
		bound := rapid.String().Draw(t, "bound")
		word, err := s.Seal(c, bound)
		if err != nil {
			t.Fatal(err)
		}
		back, err := s.Open(word, bound)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c, back); d != "" {
			t.Fatal(d)
		}
		if again, _ := s.Seal(c, bound); again != word {
			t.Fatal("equal cursors give different words")
		}
	})
}

func TestCursorsOfOthersAreRefused(t *testing.T) {
	s := sealerOf(t, "secret")
	c := Cursor{"20261121T021400Z-4f9c", "p1", []string{"Jane Doe"}, nil}
	word, err := s.Seal(c, "mine")
	if err != nil {
		t.Fatal(err)
	}
	other, err := sealerOf(t, "another").Seal(c, "mine")
	if err != nil {
		t.Fatal(err)
	}
	flipped := []byte(word)
	flipped[len(flipped)-3] ^= 1
	for name, x := range map[string]struct {
		word, bound string
		status      int
	}{
		"AnotherRequest": {word, "yours", http.StatusBadRequest},
		"ChangedBits":    {string(flipped), "mine", http.StatusBadRequest},
		"Garbage":        {"garbage", "mine", http.StatusBadRequest},
		"Empty":          {"", "mine", http.StatusBadRequest},
		"NotBase64":      {"%%%", "mine", http.StatusBadRequest},
		"Cut":            {word[:20], "mine", http.StatusBadRequest},
		"Huge":           {strings.Repeat("A", maxCursor+1), "mine", http.StatusBadRequest},
		"AnotherSecret":  {other, "mine", http.StatusGone},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := s.Open(x.word, x.bound); problem.Of(err).Status != x.status || problem.Of(err).Field != "cursor" {
				t.Errorf("error %v, want status %d about cursor", err, x.status)
			}
		})
	}
}

func TestCursorsTellNothing(t *testing.T) {
	s := sealerOf(t, "secret")
	short, _ := s.Seal(Cursor{"20261121T021400Z-4f9c", "p1", []string{"Jane Doe"}, nil}, "x")
	same, _ := s.Seal(Cursor{"20261121T021400Z-4f9c", "p1", []string{"Jane Dof"}, nil}, "x")
	if strings.Contains(short, "Jane") || len(short) != len(same) {
		t.Error("the key shows")
	}
	common := 0
	for common < len(short) && short[common] == same[common] {
		common++
	}
	if common > 7 { // version and name of the secret: five bytes
		t.Errorf("two cursors share %d characters", common)
	}
}

func FuzzCursor(f *testing.F) {
	s := sealerOf(f, "secret")
	word, err := s.Seal(Cursor{"20261121T021400Z-4f9c", "p1", []string{"1"}, nil}, "bound")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(word)
	f.Add("")
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := s.Open(text, "bound")
		if err == nil && (c.Tenant != "p1" || text != word) {
			t.Fatalf("%q was taken for a cursor of ours", text)
		}
		if err != nil && problem.Of(err).Status >= http.StatusInternalServerError {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
