package print

import (
	"context"
	"errors"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// The sizes of paper, in inches.
const (
	letterWidth, letterHeight = 8.5, 11
	a4Width, a4Height         = 8.27, 11.69
)

// numbers is what stands at the foot of each page.
const numbers = `<div style="width: 100%; font: 8px sans-serif; color: #55626e; padding: 0 14mm; display: flex; justify-content: space-between">
<span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`

// printed prints a document in a tab, which shows nothing else before.
func printed(ctx context.Context, tab *chromedp.Target, html string, letter bool) ([]byte, error) {
	_, quiet := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tree, found := cdp.Call(ctx, tab, page.GetFrameTree, cdp.Empty{})
	if err := errors.Join(quiet, found); err != nil {
		return nil, err
	}
	content := page.SetDocumentContentParams{FrameID: tree.FrameTree.Frame.ID, HTML: html}
	if _, err := cdp.Call(ctx, tab, page.SetDocumentContent, content); err != nil {
		return nil, err
	}
	yes := true
	paper := page.PrintToPDFParams{
		PrintBackground: &yes, DisplayHeaderFooter: &yes, GenerateTaggedPDF: &yes, GenerateDocumentOutline: &yes, PreferCSSPageSize: new(bool),
		HeaderTemplate: "<span></span>", FooterTemplate: numbers, PaperWidth: a4Width, PaperHeight: a4Height,
	}
	if letter {
		paper.PaperWidth, paper.PaperHeight = letterWidth, letterHeight
	}
	result, err := cdp.Call(ctx, tab, page.PrintToPDF, paper)
	return result.Data, err
}
