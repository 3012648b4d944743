package web

import "time"

type verification struct {
	Publication string     `json:"publication"`
	Method      string     `json:"method"`
	At          *time.Time `json:"at"`
	Checks      int64      `json:"checks"`
	Rows        int64      `json:"rows"`
	Tables      []struct {
		Table         string     `json:"table"`
		At            time.Time  `json:"at"`
		SourceRows    int64      `json:"source_rows"`
		WarehouseRows int64      `json:"warehouse_rows"`
		Mode          string     `json:"mode"`
		Parts         int64      `json:"parts"`
		PrintedRows   int64      `json:"printed_rows"`
		CoveredSince  *time.Time `json:"covered_since"`
		Vouched       bool       `json:"vouched"`
		Differences   int64      `json:"differences"`
	} `json:"tables"`
}

func showVerification(v *visit) error {
	page := officePage{Title: "Verification", About: "What was proved of the publication in service before it was made. A difference stops a publication. Times are UTC.", Command: "archwire publications proof"}
	d, _, err := asked[verification](v, "/v1/operator/verification", nil)
	if err != nil {
		return v.untold(page, err)
	}
	w := v.words()
	if d.Publication == "" {
		page.Alert = &alert{"Nothing is in service yet.", "archwire run makes the first publication."}
		return v.office(page)
	}
	page.Facts = []datum{{"Tables", w.count(int64(len(d.Tables))), ""}, {"Rows", w.count(d.Rows), ""}, {"Checks that found nothing", w.count(d.Checks), "better"}, {"Proved", w.when(d.At), ""}, {"By", d.Method, ""}}
	g := grid{Columns: headings("Table", "#Rows in the source", "#Rows here", "#Differences", "#Rows compared in this run", "All compared since", "Copied by", "As of"), Empty: "No table was compared."}
	for _, t := range d.Tables {
		row := line{Cells: []cell{
			code(t.Table), w.number(t.SourceRows), w.number(t.WarehouseRows),
			w.number(t.Differences),
			w.number(t.PrintedRows),
			text(dash("")), text(dash(t.Mode)), w.at(&t.At),
		}}
		if t.CoveredSince != nil {
			row.Cells[5] = w.at(t.CoveredSince)
		}
		row.Cells[3].Class = "better"
		if t.Differences > 0 || t.SourceRows != t.WarehouseRows {
			row.Cells[3].Class = "worse"
		}
		if t.Vouched {
			row.Cells[4].Small = "the source vouched that nothing had changed"
		}
		g.Rows = append(g.Rows, row)
	}
	page.Tables = []grid{g}
	return v.office(page)
}
