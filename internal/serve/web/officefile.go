package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"archwire/internal/serve/web/sheet"
)

// fileOf answers with a table of the page as a file, where the address asks for one:
// format=csv or xlsx, table=2 of several. asked is false where it does not.
func (v *visit) fileOf(p officePage) (asked bool, err error) {
	format := v.r.URL.Query().Get("format")
	if format == "" || v.r.Method == http.MethodPost || p.Alert != nil && len(p.Tables) == 0 {
		return false, nil
	}
	n := 1
	if text := v.r.URL.Query().Get("table"); text != "" {
		n, _ = strconv.Atoi(text) // 0 is no table
	}
	tables := p.files()
	if n < 1 || n > len(tables) || format != "csv" && format != "xlsx" {
		return true, notThere()
	}
	var f file
	err = v.heavily(func() (err error) {
		s := sheetOf(tables[n-1])
		s.Name = p.Title
		if title := tables[n-1].Title; title != "" {
			s.Name += " " + title
		}
		s.About = []string{v.service.Project + " · " + p.Title + " · " + p.Tenant.Label, instant(v.h.Now()), ""}
		f, err = fileFrom(s, format, v.h.Now().UTC().Format(time.DateOnly))
		return err
	})
	if err != nil {
		return true, err
	}
	v.send(f)
	return true, nil
}

// files are the tables that leave as files: those that the page shows, or the one that
// has them all.
func (p officePage) files() []grid {
	if p.Whole != nil {
		return []grid{*p.Whole}
	}
	return p.Tables
}

// wholeAsked says whether a file is asked for, which holds the rows of all pages.
func (v *visit) wholeAsked() bool { return v.r.URL.Query().Get("format") != "" }

// withFiles gives each table of a page its links to files.
func (v *visit) withFiles(p officePage) officePage {
	at := func(table int, format string) string {
		q := url.Values{}
		for name, values := range v.r.URL.Query() {
			if name != "page" && name != "done" {
				q[name] = values
			}
		}
		q.Set("format", format)
		q.Set("table", strconv.Itoa(table))
		return v.r.URL.Path + "?" + q.Encode()
	}
	if p.Whole != nil {
		p.Files = []link{{Title: "CSV", To: at(1, "csv")}, {Title: "XLSX", To: at(1, "xlsx")}}
		return p
	}
	for i := range p.Tables {
		if len(p.Tables[i].Rows) > 0 {
			p.Tables[i].Files = []link{{Title: "CSV", To: at(i+1, "csv")}, {Title: "XLSX", To: at(i+1, "xlsx")}}
		}
	}
	return p
}

// sheetOf is a table's values: what can be done is left out, and what the page has
// shortened or written for people is as it is. What stands below such a value has a
// column of its own.
func sheetOf(g grid) (s sheet.Sheet) {
	s.Rows = make([][]sheet.Cell, len(g.Rows))
	add := func(c sheet.Column, of func(line) string) {
		s.Columns = append(s.Columns, c)
		for i, row := range g.Rows {
			text := of(row)
			s.Rows[i] = append(s.Rows[i], sheet.Cell{Text: text, Null: text == ""})
		}
	}
	for i, h := range g.Columns {
		if h.Label == "" {
			continue
		}
		c, below := sheet.Column{Label: cmp.Or(h.Raw, h.Label)}, false
		for _, row := range g.Rows {
			if isInstant(row.cell(i).Raw) {
				c.Unit = "instant"
			}
			below = below || (h.Figures || row.cell(i).Raw != "") && row.cell(i).Small != ""
		}
		if h.Figures {
			c.Unit = "count"
		}
		if !below {
			add(c, func(l line) string { return l.cell(i).whole() })
			continue
		}
		add(c, func(l line) string { return cell{Text: l.cell(i).Text, Raw: l.cell(i).Raw}.whole() })
		add(sheet.Column{Label: h.Label + ": more"}, func(l line) string { return l.cell(i).small() })
	}
	return s
}

// cell is that of a column; an empty one where the line has none.
func (l line) cell(i int) cell {
	if i < len(l.Cells) {
		return l.Cells[i]
	}
	return cell{}
}

// whole is all that a cell says.
func (c cell) whole() string {
	switch {
	case c.Raw != "":
		return c.Raw
	case c.Text == "–":
		return c.small()
	case c.Small != "":
		return c.Text + ", " + c.small()
	}
	return c.Text
}

// small is what stands below a value.
func (c cell) small() string { return cmp.Or(c.RawSmall, c.Small) }

func isInstant(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}
