package web

import (
	"io"
	"net/http"
	"net/url"

	"archwire/internal/serve/web/sheet"
)

// streamRows answers with all rows as CSV: the API's export for whoever the viewer looks
// at things as, safe to be opened in a spreadsheet.
func (v *visit) streamRows(q rowsQuery) error {
	var to *sheet.Tamer
	err := v.ask.Stream(v.ctx, v.w, "/v1/datasets/"+url.PathEscape(q.dataset.Name)+"/export.csv", q.ask(), func(http.Header) io.Writer {
		head := v.w.Header()
		head.Set("Content-Type", csvType)
		head.Set("Content-Disposition", `attachment; filename="`+fileName(q.dataset.Called())+"-"+v.service.meta.AsOf+`.csv"`)
		to = sheet.Tame(v.w)
		return to
	})
	if err != nil || to == nil {
		return err
	}
	if err := to.Flush(); err != nil {
		v.h.Log.DebugContext(v.ctx, "file not taken", "err", err, "request_id", v.id)
	}
	return nil
}
