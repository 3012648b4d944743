package webtest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// Person is the browser as another person has it: nothing of what others were given,
// such as who they are, is in it. What a page hands out is saved in a folder.
func (b *Browser) Person(tb testing.TB) *Browser {
	tb.Helper()
	ctx, end := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	tb.Cleanup(end)
	p := &Browser{ctx: ctx, saved: tb.TempDir()}
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatalf("opening a window of another person: %v", err)
	}
	_, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: chromedp.FromContext(ctx).BrowserContextID, DownloadPath: p.saved,
	})
	if err != nil {
		tb.Fatalf("saving what pages hand out: %v", err)
	}
	return p
}

// Saved waits until a page has handed out a file, and takes it: its name and what it
// holds.
func (b *Browser) Saved(tb testing.TB) (name string, content []byte) {
	tb.Helper()
	until(tb, "a file to be saved", func(context.Context) bool {
		files, err := os.ReadDir(b.saved)
		if err != nil || len(files) != 1 {
			return false
		}
		name = files[0].Name()
		return !strings.HasSuffix(name, ".crdownload") && !strings.HasPrefix(name, ".")
	})
	path := filepath.Join(b.saved, name)
	content, err := os.ReadFile(path) //nolint:gosec // of a folder of the test
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		tb.Fatal(err)
	}
	return name, content
}

// until asks again and again until something is so.
func until(tb testing.TB, what string, so func(context.Context) bool) {
	tb.Helper()
	ctx, stop := context.WithTimeout(tb.Context(), patience)
	defer stop()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for !so(ctx) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			tb.Fatalf("waiting for %s: %v", what, context.Cause(ctx))
		}
	}
}
