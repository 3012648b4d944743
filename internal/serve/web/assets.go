package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed static styles/*.css
var ownFiles embed.FS

//go:embed vendored
var vendoredFiles embed.FS

// stylesheet is the name of the one stylesheet: the files of styles/ in the order of
// their names.
const stylesheet = "pages.css"

// assets are the files that pages use, by path below /static/.
type assets map[string]asset

// An asset is a file, and what names its bytes.
type asset struct {
	text, tag string
	packed    string // gzipped, where it came so
}

func newAssets() (assets, error) {
	out := assets{}
	sheets, err := read(ownFiles, "styles")
	if err != nil {
		return nil, err
	}
	var style bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(sheets)) {
		style.WriteString(sheets[name])
	}
	out.add(stylesheet, style.String())
	static, err := read(ownFiles, "static")
	if err != nil {
		return nil, err
	}
	for name, text := range static {
		out.add(name, text)
	}
	vendored, err := read(vendoredFiles, "vendored")
	if err != nil {
		return nil, err
	}
	for name, text := range vendored {
		if path.Ext(name) != ".md" { // the library, and its licence
			out.add("vendored/"+name, text)
			file := out["vendored/"+name]
			file.packed = vendored[name+".gz"]
			out["vendored/"+name] = file
		}
	}
	return out, nil
}

func (a assets) add(name, text string) {
	sum := sha256.Sum256([]byte(text))
	a[name] = asset{text: text, tag: hex.EncodeToString(sum[:8])}
}

// read reads the files of a folder, by name.
func read(files embed.FS, dir string) (map[string]string, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, fault("listing "+dir, err)
	}
	out := map[string]string{}
	for _, e := range entries {
		text, err := fs.ReadFile(files, path.Join(dir, e.Name()))
		if err != nil {
			return nil, fault("reading "+e.Name(), err)
		}
		out[e.Name()] = string(text)
	}
	return out, nil
}

// url is where a file is had: with the name of its bytes, so that it can be kept for
// good. It is "" for a file that there is not.
func (a assets) url(name string) string {
	file, ok := a[name]
	if !ok {
		return ""
	}
	return "/static/" + name + "?v=" + file.tag
}

// serve answers with a file.
func (a assets) serve(w http.ResponseWriter, r *http.Request) {
	file, ok := a[r.URL.Path[len("/static/"):]]
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return
	}
	head := w.Header()
	head.Set("Content-Type", map[string]string{".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}[path.Ext(r.URL.Path)]+"; charset=utf-8")
	head.Set("ETag", `"`+file.tag+`"`)
	head.Set("Cache-Control", "public, no-cache")
	if r.URL.Query().Get("v") == file.tag {
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	text := file.text
	if file.packed != "" && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		text = file.packed
		head.Set("Content-Encoding", "gzip")
		head.Set("ETag", `"`+file.tag+`-gzip"`)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader([]byte(text)))
}
