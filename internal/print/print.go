// Package print prints a document of HTML that stands alone to PDF, by a Chromium of the
// machine that has no network and runs no script.
package print

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"

	"archwire"
)

// programs are the browsers that are looked for on PATH, in order.
var programs = []string{"chromium", "chromium-browser", "google-chrome"}

// patience is how long a browser may take.
const patience = 3 * time.Minute

// Find is the path of a browser: the one that is named, or the first on PATH. Where
// there is none the error says what to install.
func Find(named string) (string, error) {
	if named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("--browser %s is not a program", named), Hint: "Name the path of a Chromium.", Err: err}
		}
		return path, nil
	}
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", &archwire.Error{
		Code: archwire.Unavailable, Message: "a PDF is printed by Chromium, which is not on PATH",
		Hint: "Install it (on Debian: apt-get install chromium), name one with --browser PATH, or write --html.",
	}
}

// PDF prints a document by the browser at path. Pages are of A4, or of US letter size,
// and have numbers.
func PDF(ctx context.Context, path string, html []byte, letter bool) (pdf []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WSURLReadTimeout(patience),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"), chromedp.ProxyServer("127.0.0.1:9"), chromedp.Flag("proxy-bypass-list", "<-loopback>"))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // root has no sandbox, and prints our own document only
	}
	allocated, release := chromedp.NewExecAllocator(ctx, options...)
	defer release()
	tab, end := chromedp.NewContext(allocated, chromedp.WithErrorf(func(string, ...any) {})) // newer events than it knows
	defer end()
	err = chromedp.Do(tab, chromedp.Navigate("about:blank"), chromedp.Func(func(ctx context.Context, tab *chromedp.Target) (err error) {
		pdf, err = printed(ctx, tab, string(html), letter)
		return err
	}))
	if err != nil {
		return nil, &archwire.Error{
			Code: archwire.Unavailable, Message: "the browser at " + path + " did not print the report",
			Hint: "See that it starts: " + path + " --headless --version. Or name another with --browser PATH, or write --html.", Err: err,
		}
	}
	return pdf, nil
}
