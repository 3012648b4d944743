// Package webtest opens pages in a real Chromium, as people do, and says what
// was wrong with them: what the console told, what broke the page's own security
// policy, requests to another host, and what axe-core finds inaccessible.
package webtest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A Browser is a Chromium without a window. Start one a package.
type Browser struct {
	ctx   context.Context //nolint:containedctx // the browser is the context, to chromedp
	saved string          // the folder of what pages hand out
}

// patience is how long one page may take on a machine that does much else.
const patience = 3 * time.Minute

// Start starts a browser that ends with the test. Without Chromium the test
// fails and says what to install.
func Start(tb testing.TB) *Browser {
	tb.Helper()
	path := program()
	if path == "" {
		tb.Fatal("Chromium is missing: make setup installs it (on Debian the package chromium)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WSURLReadTimeout(patience))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // root has no sandbox, and opens its own pages only
	}
	allocated, release := chromedp.NewExecAllocator(context.Background(), options...)
	tb.Cleanup(release)
	ctx, end := chromedp.NewContext(allocated, chromedp.WithErrorf(func(string, ...any) {})) // newer events than it knows
	tb.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatalf("starting %s: %v", path, err)
	}
	return &Browser{ctx: ctx}
}

// program is the path of a Chromium; "" is none.
func program() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
