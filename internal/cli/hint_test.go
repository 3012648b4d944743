package cli

import (
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var hintForm = regexp.MustCompile(`<code>(archwire [^<]+)</code>`)

// Each command that a page names is one that there is, with flags and arguments that it takes.
func TestPagesNameCommandsThatThereAre(t *testing.T) {
	files, err := filepath.Glob("../serve/web/testdata/office/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no pages", err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		page, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range hintForm.FindAllStringSubmatch(string(page), -1) {
			line := html.UnescapeString(found[1])
			if seen[line] {
				continue
			}
			seen[line] = true
			taken(t, line)
		}
	}
	if len(seen) < 15 {
		t.Errorf("pages name %d commands", len(seen))
	}
}

// taken makes sure that the command line takes a line of a shell.
func taken(t *testing.T, line string) {
	t.Helper()
	words, err := exec.Command("sh", "-c", `archwire() { printf '%s\n' "$@"; }; `+line).Output()
	if err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	args := strings.Split(strings.TrimSuffix(string(words), "\n"), "\n")
	cmd, rest, err := (&app{Environment: System("test")}).command().Find(args)
	if err != nil || !cmd.Runnable() {
		t.Errorf("%s: no such command: %v", line, err)
		return
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		t.Errorf("%s: %v", line, err)
	}
}
