package webtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// rules runs axe-core's rules of WCAG 2.2 AA and tells each break as a line. Of what
// passes it keeps nothing: to name it takes longer than to judge it.
const rules = `axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((r) =>
  r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary.replaceAll("\n", " "))))`

// Inaccessible is what axe-core finds in the page, a line for each.
func (p *Page) Inaccessible(tb testing.TB) []string {
	tb.Helper()
	if !Eval[bool](tb, p, "!!window.axe") {
		p.Do(tb, chromedp.Evaluate[chromedp.Void](library(tb)))
	}
	return Eval[[]string](tb, p, rules)
}

// library is axe-core.
func library(tb testing.TB) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(Root(tb), "web", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		tb.Fatalf("axe-core is missing, make web installs it: %v", err)
	}
	return string(text)
}

// Root is the folder of the module.
func Root(tb testing.TB) string {
	tb.Helper()
	out, err := exec.CommandContext(tb.Context(), "go", "env", "GOMOD").Output()
	if err != nil {
		tb.Fatal(err)
	}
	return filepath.Dir(strings.TrimSpace(string(out)))
}
