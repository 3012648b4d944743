package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func example() Sheet {
	return Sheet{
		Name: "Net collections: by payer / month", About: []string{"Maple Orthodontics"},
		Columns: []Column{{"Payer", ""}, {"Month", "date"}, {"Collected", "usd"}, {"Share", "share"}, {"Seen", "instant"}},
		Rows: [][]Cell{
			{{Text: `Delta, "East"`}, {Text: "2026-10-01"}, {Text: "123456789012345678901234567890123456.78"}, {Text: "0.642105"}, {Text: "2026-10-04T12:00:00Z"}},
			{{Text: "=1+1"}, {Text: "1900-03-01"}, {Text: "-0.05"}, {Null: true}, {Null: true}},
		},
	}
}

func TestCSVHoldsTheValuesThemselves(t *testing.T) {
	var out bytes.Buffer
	if err := example().CSV(&out); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Payer", "Month", "Collected", "Share", "Seen"},
		{`Delta, "East"`, "2026-10-01", "123456789012345678901234567890123456.78", "0.642105", "2026-10-04T12:00:00Z"},
		{"'=1+1", "1900-03-01", "-0.05", "", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The serial numbers of days are those of Microsoft's documentation of DATE: January 1,
// 2008 is 39448, and March 1, 1900 is 61.
func TestXLSXHasNumbersAndDates(t *testing.T) {
	var out bytes.Buffer
	s := example()
	s.Rows = append(s.Rows, []Cell{{Text: "a day"}, {Text: "2008-01-01"}, {Text: "no number"}, {Text: "1"}, {Text: "2008-01-01T18:00:00Z"}})
	if err := s.XLSX(&out); err != nil {
		t.Fatal(err)
	}
	book, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range book.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(part); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is not XML: %v", f.Name, err)
			}
		}
	}
	var sheet struct {
		Rows []struct {
			Cells []struct {
				Kind   string `xml:"t,attr"`
				Value  string `xml:"v"`
				Inline string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	partOf(t, book, "xl/worksheets/sheet1.xml", &sheet)
	var got [][]string
	for _, row := range sheet.Rows {
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, c.Kind+"|"+c.Value+c.Inline)
		}
		got = append(got, cells)
	}
	text := func(s string) string { return "inlineStr|" + s }
	want := [][]string{
		{text("Maple Orthodontics")},
		{text("Payer"), text("Month"), text("Collected"), text("Share"), text("Seen")},
		{text(`Delta, "East"`), "|46296", "|123456789012345678901234567890123456.78", "|0.642105", "|46299.50000"},
		{text("=1+1"), "|61", "|-0.05", "|", "|"},
		{text("a day"), "|39448", text("no number"), "|1", "|39448.75000"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// partOf reads a part of a workbook.
func partOf(t *testing.T, book *zip.Reader, name string, into any) {
	t.Helper()
	part, err := book.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close() //nolint:errcheck // it was read
	if err := xml.NewDecoder(part).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// A month is a date that a spreadsheet shows as a month (ECMA-376, 18.8.31).
func TestXLSXShowsMonthsAsMonths(t *testing.T) {
	var out bytes.Buffer
	s := Sheet{Name: "Months", Columns: []Column{{"Month", "month"}, {"Closed", "date"}}, Rows: [][]Cell{{{Text: "2008-01-01"}, {Text: "2008-01-01"}}}}
	if err := s.XLSX(&out); err != nil {
		t.Fatal(err)
	}
	book, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var look struct {
		Formats []struct {
			ID   string `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			Format string `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	partOf(t, book, "xl/styles.xml", &look)
	var sheet struct {
		Rows []struct {
			Cells []struct {
				Style int    `xml:"s,attr"`
				Value string `xml:"v"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	partOf(t, book, "xl/worksheets/sheet1.xml", &sheet)
	codes := map[string]string{}
	for _, f := range look.Formats {
		codes[f.ID] = f.Code
	}
	for i, want := range []string{`mmm\ yyyy`, `yyyy\-mm\-dd`} {
		c := sheet.Rows[1].Cells[i]
		if got := codes[look.Styles[c.Style].Format]; c.Value != "39448" || got != want {
			t.Errorf("cell %d is %s, shown as %q, want %q", i, c.Value, got, want)
		}
	}
}
