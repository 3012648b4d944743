package webtest

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A View is through what a page is looked at. The zero View is a light screen
// 1280 wide, with scripts.
type View struct {
	Width, Height int64
	Dark          bool
	NoScript      bool
	Print         bool
}

// A Page is one that is open in a tab.
type Page struct {
	ctx    context.Context //nolint:containedctx // the tab is the context, to chromedp
	mu     sync.Mutex
	faults []string
	asked  map[network.RequestID]string // addresses
	bytes  map[string]int64             // that came, by address
}

// Open opens an address in a tab of its own, that closes with the test.
func (b *Browser) Open(tb testing.TB, address string, v View) *Page {
	tb.Helper()
	tab, end := chromedp.NewContext(b.ctx)
	tb.Cleanup(end)
	p := &Page{asked: map[network.RequestID]string{}, bytes: map[string]int64{}}
	here, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	if err := chromedp.Listen(tab, func(event any) { p.heard(event, here.Host) }); err != nil {
		tb.Fatalf("opening a tab: %v", err)
	}
	ctx, stop := context.WithTimeout(tab, patience)
	tb.Cleanup(stop)
	p.ctx = ctx
	p.Do(tb, v.shown(), chromedp.Navigate(address))
	return p
}

// shown sets what the page finds of the screen, and has the browser tell what goes
// wrong.
func (v View) shown() chromedp.Action[chromedp.Void] {
	width, height := v.Width, v.Height
	if width == 0 {
		width, height = 1280, 900
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: "light"}, {Name: "prefers-reduced-motion", Value: "reduce"}, // what moves is not where it is asked for
	}}
	if v.Print {
		media.Media = "print"
	}
	if v.Dark {
		media.Features[0].Value = "dark"
	}
	return chromedp.Steps(
		chromedp.EmulateViewport(width, height),
		chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, told := cdp.Call(ctx, tab, network.Enable, network.EnableParams{})
			_, logged := cdp.Call(ctx, tab, log.Enable, cdp.Empty{})
			_, shown := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, media)
			_, quiet := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: v.NoScript})
			return errors.Join(told, logged, shown, quiet)
		}),
	)
}

// heard keeps what is wrong with a page.
func (p *Page) heard(event any, host string) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.fault("exception: " + e.ExceptionDetails.Text + " " + describe(e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			words := []string{"console:", string(e.Type)}
			for _, arg := range e.Args {
				words = append(words, describe(arg))
			}
			p.fault(strings.Join(words, " "))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			p.fault(string(e.Entry.Source) + ": " + e.Entry.Text)
		}
	case *network.EventLoadingFinished:
		p.mu.Lock()
		p.bytes[p.asked[e.RequestID]] += int64(e.EncodedDataLength)
		p.mu.Unlock()
	case *network.EventRequestWillBeSent:
		p.mu.Lock()
		p.asked[e.RequestID] = e.Request.URL
		p.mu.Unlock()
		to, err := url.Parse(e.Request.URL)
		if err != nil || to.Host != host && !slices.Contains([]string{"data", "blob", "about"}, to.Scheme) {
			p.fault("request to another host: " + e.Request.URL)
		}
	}
}

// describe is what a script told, as the console shows it.
func describe(o *runtime.RemoteObject) string {
	switch {
	case o == nil:
		return ""
	case o.Description != "":
		return o.Description
	}
	return string(o.Value)
}

func (p *Page) fault(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, text)
}

// Faults are what was wrong with the page so far: errors and warnings of the
// console, broken rules of its security policy, requests to other hosts.
func (p *Page) Faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.faults)
}

// Bytes are how many bytes came so far, by address.
func (p *Page) Bytes() map[string]int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.bytes)
}

// Do does things in the tab.
func (p *Page) Do(tb testing.TB, actions ...chromedp.Action[chromedp.Void]) {
	tb.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		tb.Fatalf("in the browser: %v; faults so far: %q", err, p.Faults())
	}
}

// Eval computes an expression in a page, of a promise what it is fulfilled with.
func Eval[T any](tb testing.TB, p *Page, expression string) T {
	tb.Helper()
	out, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		tb.Fatalf("in the browser: %s: %v; faults so far: %q", expression, err, p.Faults())
	}
	return out
}

// Wait waits until an expression is true in a page.
func (p *Page) Wait(tb testing.TB, expression string) {
	tb.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(pace), chromedp.WithPollingTimeout(patience))); err != nil {
		tb.Fatalf("waiting in the browser for %s: %v; faults so far: %q", expression, err, p.Faults())
	}
}

// pace is how often a page is asked whether it has come so far.
const pace = 100 * time.Millisecond

// Picture writes a picture of the whole page.
func (p *Page) Picture(tb testing.TB, path string) {
	tb.Helper()
	const best = 100
	png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(best))
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o600); err != nil {
		tb.Fatal(err)
	}
}

// PictureOfTop writes a picture of a page from its top, as high as it is, or so many
// pixels at most.
func (p *Page) PictureOfTop(tb testing.TB, path string, width, most int64) {
	tb.Helper()
	if width == 0 {
		width = 1280
	}
	height := min(most, Eval[int64](tb, p, `document.documentElement.scrollHeight`))
	png, err := chromedp.Run(p.ctx, func(ctx context.Context, tab *chromedp.Target) ([]byte, error) {
		out, err := cdp.Call(ctx, tab, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatPng, Clip: &page.Viewport{Width: float64(width), Height: float64(height), Scale: 1}, CaptureBeyondViewport: new(true),
		})
		return out.Data, err
	})
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o600); err != nil {
		tb.Fatal(err)
	}
}
