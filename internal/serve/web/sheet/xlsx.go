package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What a workbook of one sheet consists of besides the sheet (ECMA-376).
const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`
	packageRels  = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookRels     = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
	bookBegin    = xmlHead + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="`
	bookEnd      = `" sheetId="1" r:id="rId1"/></sheets></workbook>`
	styles       = xmlHead + `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="5"><numFmt numFmtId="164" formatCode="&quot;$&quot;#,##0.00"/><numFmt numFmtId="165" formatCode="0.0%"/><numFmt numFmtId="166" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="167" formatCode="yyyy\-mm\-dd\ hh:mm"/><numFmt numFmtId="168" formatCode="mmm\ yyyy"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="8"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="166" applyNumberFormat="1"/><xf numFmtId="167" applyNumberFormat="1"/><xf numFmtId="4" applyNumberFormat="1"/><xf numFmtId="168" applyNumberFormat="1"/></cellXfs></styleSheet>`
	sheetBegin   = xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetEnd     = `</sheetData></worksheet>`
)

// The styles of cells, by their place in styles.
const (
	styleBold    = 1
	styleMoney   = 2
	styleShare   = 3
	styleDate    = 4
	styleInstant = 5
	styleDays    = 6
	styleMonth   = 7
)

// XLSX writes the sheet as a workbook. Numbers are numbers with all their digits, dates
// are dates; both are written so that they look as in the pages.
func (s Sheet) XLSX(w io.Writer) error {
	book := zip.NewWriter(w)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRels},
		{"xl/workbook.xml", bookBegin + escape(sheetName(s.Name)) + bookEnd},
		{"xl/_rels/workbook.xml.rels", bookRels},
		{"xl/styles.xml", styles},
	} {
		out, err := book.Create(part.name)
		if err == nil {
			_, err = io.WriteString(out, part.text)
		}
		if err != nil {
			return fmt.Errorf("writing XLSX: %w", err)
		}
	}
	out, err := book.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return fmt.Errorf("writing XLSX: %w", err)
	}
	buffered := bufio.NewWriter(out)
	s.writeCells(buffered)
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("writing XLSX: %w", err)
	}
	if err := book.Close(); err != nil {
		return fmt.Errorf("writing XLSX: %w", err)
	}
	return nil
}

// writeCells writes the sheet itself. The writer remembers its first error.
func (s Sheet) writeCells(w *bufio.Writer) {
	w.WriteString(sheetBegin) //nolint:errcheck // Flush tells
	for _, line := range s.About {
		w.WriteString("<row>" + textCell(line, 0) + "</row>") //nolint:errcheck // Flush tells
	}
	w.WriteString("<row>") //nolint:errcheck // Flush tells
	for _, c := range s.Columns {
		w.WriteString(textCell(c.Label, styleBold)) //nolint:errcheck // Flush tells
	}
	w.WriteString("</row>") //nolint:errcheck // Flush tells
	for _, row := range s.Rows {
		w.WriteString("<row>") //nolint:errcheck // Flush tells
		for i, c := range row {
			w.WriteString(cellOf(c, s.Columns[i].Unit)) //nolint:errcheck // Flush tells
		}
		w.WriteString("</row>") //nolint:errcheck // Flush tells
	}
	w.WriteString(sheetEnd) //nolint:errcheck // Flush tells
}

// cellOf writes a value by its unit; what is not of its kind is text.
func cellOf(c Cell, unit string) string {
	if c.Null {
		return "<c/>"
	}
	switch unit {
	case "":
		return textCell(c.Text, 0)
	case "date", "month":
		if t, err := time.Parse(time.DateOnly, c.Text); err == nil {
			return numberCell(strconv.Itoa(days(t)), map[string]int{"date": styleDate, "month": styleMonth}[unit])
		}
	case "instant":
		if t, err := time.Parse(time.RFC3339, c.Text); err == nil {
			return numberCell(serial(t.UTC()), styleInstant)
		}
	default:
		if isNumber(c.Text) {
			return numberCell(c.Text, map[string]int{"usd": styleMoney, "share": styleShare, "days": styleDays, "months": styleDays}[unit])
		}
	}
	return textCell(c.Text, 0)
}

func numberCell(text string, style int) string {
	return `<c s="` + strconv.Itoa(style) + `"><v>` + text + `</v></c>`
}

func textCell(text string, style int) string {
	return `<c t="inlineStr" s="` + strconv.Itoa(style) + `"><is><t xml:space="preserve">` + escape(text) + `</t></is></c>`
}

// isNumber says whether text is a number as JSON writes it.
func isNumber(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return digits != "" && strings.Trim(digits, "0123456789.eE+-") == "" && digits[0] >= '0' && digits[0] <= '9'
}

// days are those since the day before 1900 of spreadsheets, which count a February 29 in
// that year.
func days(t time.Time) int {
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	return int(t.Sub(epoch).Hours() / 24)
}

// serial is an instant as days and a part of one, to the second.
func serial(t time.Time) string {
	const digits, second = 5, 100000
	part := (t.Hour()*60+t.Minute())*60 + t.Second()
	return strconv.Itoa(days(t.Truncate(24*time.Hour))) + "." + fmt.Sprintf("%0*d", digits, part*second/86400)
}

// longestName is how long the name of a sheet may be.
const longestName = 31

// sheetName is a name that a sheet may have.
func sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) {
			return ' '
		}
		return r
	}, name)
	for utf8.RuneCountInString(name) > longestName {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	if strings.TrimSpace(name) == "" {
		return "Sheet"
	}
	return name
}

func escape(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) //nolint:errcheck // a Builder takes everything
	return b.String()
}
