package web

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed templates/*.html
var templateFiles embed.FS

// templates are the pages' templates by name, each with the layout.
type templates map[string]*template.Template

func newTemplates(a assets) (templates, error) {
	layout, err := template.New("layout.html").Funcs(helpers(a)).ParseFS(templateFiles, "templates/layout.html", "templates/parts_*.html")
	if err != nil {
		return nil, fault("reading the layout", err)
	}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fault("listing templates", err)
	}
	out := templates{}
	for _, name := range names {
		base := strings.TrimSuffix(path.Base(name), ".html")
		if base == "layout" || strings.HasPrefix(base, "parts_") {
			continue
		}
		own, err := layout.Clone()
		if err == nil {
			own, err = own.ParseFS(templateFiles, name)
		}
		if err != nil {
			return nil, fault("reading template "+base, err)
		}
		out[base] = own
	}
	return out, nil
}

// helpers are the functions of the templates.
func helpers(a assets) template.FuncMap {
	return template.FuncMap{"asset": a.url, "lower": strings.ToLower}
}

// shown is what a template is given.
type shown struct {
	Frame frame
	Page  any
}

// render answers with a page.
func (v *visit) render(name string, page any) error {
	return v.renderStatus(http.StatusOK, name, page)
}

// renderStatus answers with a page and another status. Nothing is sent of a page that
// cannot be made whole.
func (v *visit) renderStatus(status int, name string, page any) error {
	if p, ok := page.(officePage); ok {
		if asked, err := v.fileOf(p); asked {
			return err
		}
		page = v.withFiles(p)
	}
	var out bytes.Buffer
	if err := v.h.templates[name].ExecuteTemplate(&out, "layout.html", shown{v.frame(), page}); err != nil {
		return fault("rendering "+name, err)
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Content-Length", strconv.Itoa(out.Len()))
	v.w.WriteHeader(status)
	if _, err := v.w.Write(out.Bytes()); err != nil {
		v.h.Log.DebugContext(v.ctx, "page not taken", "err", err, "request_id", v.id)
	}
	return nil
}
