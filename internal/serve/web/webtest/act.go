package webtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Go goes to another address in the same tab.
func (p *Page) Go(tb testing.TB, address string) {
	tb.Helper()
	p.Do(tb, chromedp.Navigate(address))
}

// Address is where the tab is.
func (p *Page) Address(tb testing.TB) *url.URL {
	tb.Helper()
	u, err := url.Parse(Eval[string](tb, p, "location.href"))
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

// Follow clicks what an expression finds, and waits for the page that it leads to.
func (p *Page) Follow(tb testing.TB, element string) {
	tb.Helper()
	p.leaves(tb, element, func() { p.Click(tb, element) })
}

// leaves does something, and waits until another page has come, or another part of
// this one.
func (p *Page) leaves(tb testing.TB, what string, do func()) {
	tb.Helper()
	before := Eval[string](tb, p, "window.archwireHere = true, location.href")
	do()
	until(tb, "the page that "+what+" leads to; faults so far: "+fmt.Sprint(p.Faults()), func(context.Context) bool {
		there, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]( //nolint:contextcheck // the tab is a context of its own
			fmt.Sprintf(`document.readyState === "complete" && (!window.archwireHere || location.href !== %s)`, quoted(before))))
		return err == nil && there // while a page goes, nothing can be asked
	})
}

// Click clicks the middle of what an expression finds. Fails where people could not:
// when it is not to be seen, or something else is over it.
func (p *Page) Click(tb testing.TB, element string) {
	tb.Helper()
	at := Eval[[]float64](tb, p, fmt.Sprintf(`(() => {
		const e = %s;
		if (!e) return [];
		e.scrollIntoView({block: "center", behavior: "instant"});
		const b = e.getClientRects()[0];
		if (!b) return [];
		const x = b.x + b.width / 2, y = b.y + b.height / 2, top = document.elementFromPoint(x, y);
		return top && (e.contains(top) || top.contains(e)) ? [x, y] : [];
	})()`, element))
	if len(at) != 2 {
		tb.Fatalf("nothing to click at %s on %s", element, p.Address(tb))
	}
	p.Do(tb, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]), chromedp.MouseClickXY(at[0], at[1]))
}

// Link is an expression for the link or button of that visible text, within a part of
// the page; "" is anywhere.
func Link(text, within string) string {
	if within == "" {
		within = "body"
	}
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].flatMap((w) => [...w.querySelectorAll("a, button, summary")])
		.find((e) => e.innerText.trim() === %s && e.getClientRects().length)`, quoted(within), quoted(text))
}

// Field is an expression for the field of a form whose label begins so, in whatever case
// the style sheet writes it.
func Field(label string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("label")].find((l) => l.innerText.trim().toLowerCase().startsWith(%s) && l.getClientRects().length)?.control`, quoted(strings.ToLower(label)))
}

// Type types into the field with that label, in place of what is there.
func (p *Page) Type(tb testing.TB, label, text string) {
	tb.Helper()
	p.Click(tb, Field(label))
	Eval[bool](tb, p, Field(label)+`.select?.() ?? true`)
	p.Press(tb, text)
}

// Choose chooses an option by a part of its text, as a person would by the keyboard.
func (p *Page) Choose(tb testing.TB, label, option string) {
	tb.Helper()
	chosen := Eval[bool](tb, p, fmt.Sprintf(`(() => {
		const field = %s, option = [...field.options].find((o) => o.text.includes(%s));
		if (!option) return false;
		field.focus();
		option.selected = true;
		return true;
	})()`, Field(label), quoted(option)))
	if !chosen {
		tb.Fatalf("%s offers no %q on %s", label, option, p.Address(tb))
	}
}

// Chosen chooses an option that takes effect at once, and waits for the page.
func (p *Page) Chosen(tb testing.TB, label, option string) {
	tb.Helper()
	p.leaves(tb, option, func() {
		p.Choose(tb, label, option)
		Eval[bool](tb, p, Field(label)+`.dispatchEvent(new Event("change", {bubbles: true}))`)
	})
}

// Press presses keys.
func (p *Page) Press(tb testing.TB, keys string) {
	tb.Helper()
	p.Do(tb, chromedp.KeyEvent(keys))
}

// PressAndLeave presses Enter, and waits for the page that comes of it.
func (p *Page) PressAndLeave(tb testing.TB) {
	tb.Helper()
	p.leaves(tb, "Enter", func() { p.Press(tb, kb.Enter) })
}

// Text is what people read of what a selector finds.
func (p *Page) Text(tb testing.TB, selector string) string {
	tb.Helper()
	return Eval[string](tb, p, fmt.Sprintf(`document.querySelector(%s)?.innerText ?? ""`, quoted(selector)))
}

// PDF is the page on paper.
func (p *Page) PDF(tb testing.TB) []byte {
	tb.Helper()
	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF())
	if err != nil {
		tb.Fatal(err)
	}
	return pdf
}

// quoted is a text as scripts write it.
func quoted(s string) string {
	out, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(out)
}

// Look looks at the page that is open through another view.
func (p *Page) Look(tb testing.TB, v View) {
	tb.Helper()
	p.Do(tb, v.shown())
}
