package web

import (
	"net/url"
	"strings"

	"archwire/internal/serve/web/fill"
)

// A datasetsPage lists the datasets that open to the viewer.
type datasetsPage struct {
	From provenance
	List []datasetEntry
}

type datasetEntry struct {
	Title, About, To string
	Columns          string
}

func showDatasets(v *visit) error {
	l, err := v.look("")
	if err != nil {
		return err
	}
	page := datasetsPage{From: v.provenance(l)}
	q := url.Values{}
	if l.board.View.Tenant != "" {
		q.Set(l.board.View.Noun, l.board.View.Tenant)
	}
	for _, d := range l.board.Catalogue.Datasets {
		var columns []string
		for _, c := range d.Columns {
			columns = append(columns, strings.ToLower(fill.Words(c.Name)))
		}
		page.List = append(page.List, datasetEntry{d.Called(), d.Description, "/rows/" + url.PathEscape(d.Name) + "?" + q.Encode(), strings.Join(columns, ", ")})
	}
	return v.render("datasets", page)
}
