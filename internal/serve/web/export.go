package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/sheet"
	"archwire/internal/serve/web/tile"
)

// The formats in which tables leave, by the end of their names.
const (
	csvType  = "text/csv; charset=utf-8"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// exportTile answers with what a tile shows, as a file: 3.csv is the third of its
// dashboard.
func exportTile(v *visit) error {
	d, err := v.dashboard()
	if err != nil {
		return err
	}
	l, err := v.look(d.Name)
	if err != nil {
		return err
	}
	return v.exportOf(l, d.Tiles)
}

// exportMetric answers with what a tile of a metric's page shows, as a file.
func exportMetric(v *visit) error {
	l, err := v.look("")
	if err != nil {
		return err
	}
	m, ok := l.board.Catalogue.Metric(v.r.PathValue("metric"))
	if !ok {
		return notThere()
	}
	return v.exportOf(l, specsOf(m))
}

// exportOf answers with the tile that the path names by its number, in the format that
// it names.
func (v *visit) exportOf(l *look, tiles []archwire.Tile) error {
	number, format, _ := strings.Cut(v.r.PathValue("file"), ".")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(tiles) || format != "csv" && format != "xlsx" {
		return notThere()
	}
	t := l.board.Fill(v.ctx, n, tiles[n-1])
	if t.State == tile.Failed {
		return &ask.Problem{Title: "Not worked out", Status: http.StatusServiceUnavailable, Detail: "The table could not be worked out now.", Hint: "Try again in a minute."}
	}
	f, err := v.fileOfFigures(l, sheet.OfTile(t), format)
	if err != nil {
		return err
	}
	v.send(f)
	return nil
}

// fileOfFigures is a table of figures in the format csv or xlsx: it says as of when they
// are.
func (v *visit) fileOfFigures(l *look, s sheet.Sheet, format string) (file, error) {
	s.About = []string{v.service.Project + " · " + l.tenant.Label, "As of " + v.service.meta.AsOf + ", publication " + v.service.meta.Publication, ""}
	return fileFrom(s, format, v.service.meta.AsOf)
}

// A file is a table as it leaves, whole.
type file struct {
	kind, name string
	bytes      []byte
}

// fileFrom is a table as a file whose name has a day.
func fileFrom(s sheet.Sheet, format, day string) (file, error) {
	var out bytes.Buffer
	kind, write := csvType, s.CSV
	if format == "xlsx" {
		kind, write = xlsxType, s.XLSX
	}
	if err := write(&out); err != nil {
		return file{}, fault("writing a file", err)
	}
	return file{kind, fileName(s.Name) + "-" + day + "." + format, out.Bytes()}, nil
}

// send answers with a file.
func (v *visit) send(f file) {
	head := v.w.Header()
	head.Set("Content-Type", f.kind)
	head.Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
	head.Set("Content-Length", strconv.Itoa(len(f.bytes)))
	v.w.WriteHeader(http.StatusOK)
	if _, err := v.w.Write(f.bytes); err != nil {
		v.h.Log.DebugContext(v.ctx, "file not taken", "err", err, "request_id", v.id)
	}
}

// fileName is a name as files have it everywhere.
func fileName(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name)
	for strings.Contains(plain, "--") {
		plain = strings.ReplaceAll(plain, "--", "-")
	}
	if plain = strings.Trim(plain, "-"); plain == "" {
		return "table"
	}
	return plain
}
