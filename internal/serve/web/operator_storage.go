package web

import "strconv"

type storage struct {
	Places []struct {
		Kind    string `json:"kind"`
		Where   string `json:"where"`
		Objects int64  `json:"objects"`
		Bytes   int64  `json:"bytes"`
	} `json:"places"`
	Datasets []struct {
		Dataset string `json:"dataset"`
		Slices  int64  `json:"slices"`
		Rows    int64  `json:"rows"`
		Bytes   int64  `json:"bytes"`
	} `json:"datasets"`
	Bytes int64 `json:"bytes"`
	Cost  *struct {
		Amount   string `json:"amount"`
		Currency string `json:"currency"`
		PerGB    string `json:"per_gb"`
	} `json:"cost"`
	Warehouse *sizedWarehouse `json:"warehouse"`
}

// kindWords say what lies there.
var kindWords = map[string]string{
	"slices": "Slices of the publications that are kept", "publications": "Manifests and indexes", "made": "Slices that were made for an audience",
	"ledger": "The ledger of disclosures", "ledger-uses": "Summaries of the ledger", "warehouse": "The warehouse", "state": "The state", "cache": "The cache of slices",
}

func showStorage(v *visit) error {
	page := officePage{Title: "Storage and cost", Command: "archwire storage"}
	d, _, err := asked[storage](v, "/v1/operator/storage", nil)
	if err != nil {
		return v.untold(page, err)
	}
	w := v.words()
	page.Facts = []datum{{"In the store", w.bytes(d.Bytes), ""}}
	if d.Cost != nil {
		page.Facts = append(page.Facts, datum{"A month of it", w.Exact(d.Cost.Amount, "") + " " + d.Cost.Currency, ""}, datum{"Price", d.Cost.PerGB + " " + d.Cost.Currency + " a GB and month", ""})
	} else {
		page.About = "Declare storage: {price_per_gb: \"0.023\"} in archwire.yaml to see what it costs."
	}
	places := grid{Title: "By kind", Columns: headings("What", "Where", "#Objects", "#Size"), Empty: "Nothing is stored yet."}
	for _, p := range d.Places {
		name := kindWords[p.Kind]
		if name == "" {
			name = p.Kind
		}
		places.Rows = append(places.Rows, line{Cells: []cell{text(name), text(map[string]string{"store": "in the store", "machine": "on this machine"}[p.Where]), w.number(p.Objects), w.size(p.Bytes)}})
	}
	datasets := grid{Title: "By dataset, in service", Columns: headings("Dataset", "#Slices", "#Rows", "#Size", "#Share"), Empty: "Nothing is in service yet."}
	var all int64
	for _, s := range d.Datasets {
		all += s.Bytes
	}
	for _, s := range d.Datasets {
		share := numeral("–")
		if all > 0 {
			share.Text, share.Raw = strconv.FormatInt(s.Bytes*100/all, 10)+" %", strconv.FormatFloat(float64(s.Bytes)/float64(all), 'f', 4, 64)
		}
		datasets.Rows = append(datasets.Rows, line{Cells: []cell{code(s.Dataset), w.number(s.Slices), w.number(s.Rows), w.size(s.Bytes), share}})
	}
	page.Tables = []grid{places, datasets}
	d.Warehouse.show(w, &page)
	return v.office(page)
}
