package tile

import (
	"bytes"
	"encoding/json"
	"flag"
	"html/template"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/serve/web/format"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestTilesAreWrittenAsTheyWere(t *testing.T) {
	for _, c := range canned() {
		t.Run(c.ID, func(t *testing.T) {
			got := render(t, format.Format{}, c)
			golden(t, c.ID+".html", []byte(got))
			if frame := newFrame(format.Format{}, c); frame.Chart != nil {
				var out bytes.Buffer
				if err := json.Indent(&out, []byte(frame.Chart.Option), "", " "); err != nil {
					t.Fatalf("its option is no JSON: %v", err)
				}
				golden(t, c.ID+".json", append(out.Bytes(), '\n'))
			}
		})
	}
}

// A language writes numbers and dates everywhere: in the tile, its table and its chart.
func TestTilesAreWrittenInTheReadersLanguage(t *testing.T) {
	for _, c := range canned() {
		if c.ID == "stacked" || c.ID == "number" {
			golden(t, c.ID+".de.html", []byte(render(t, format.New("de", nil), c)))
		}
	}
}

func render(t *testing.T, f format.Format, c Tile) template.HTML {
	t.Helper()
	got, err := Render(f, c)
	if err != nil {
		t.Fatalf("Render(%s): %v", c.ID, err)
	}
	return got
}

// golden compares with a file of testdata, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
