package web

import "time"

// sizedWarehouse is how large the warehouse is, and what that cost.
type sizedWarehouse struct {
	Place  string     `json:"place"`
	Size   string     `json:"size"`
	SeenAt *time.Time `json:"seen_at"`
	Load   string     `json:"load"`
	Serve  string     `json:"serve"`
	Lease  *struct {
		Holder string    `json:"holder"`
		Phase  string    `json:"phase"`
		Since  time.Time `json:"since"`
	} `json:"lease"`
	Currency string         `json:"currency"`
	Months   []sizedForCost `json:"months"`
	Runs     []sizedForCost `json:"runs"`
}

// sizedForCost is what a month, or a run, cost.
type sizedForCost struct {
	Of     string `json:"of"`
	Amount string `json:"amount"`
}

// show adds the warehouse to the page, where the project declares its size.
func (s *sizedWarehouse) show(w words, page *officePage) {
	if s == nil {
		return
	}
	size, held := "not seen yet", "for nobody"
	if s.Size != "" {
		size = s.Size + ", since " + w.when(s.SeenAt)
	}
	if l := s.Lease; l != nil {
		held = l.Phase + " for " + l.Holder + ", since " + w.when(&l.Since)
	}
	page.Facts = append(page.Facts, datum{"Warehouse", s.Place, ""}, datum{"Its size", size, ""},
		datum{"For runs, and otherwise", s.Load + "; " + s.Serve, ""}, datum{"It is large", held, ""})
	costs := grid{
		Title: "What the warehouse cost", Columns: headings("Month, or run", "#Cost"), Empty: "Its size was not seen yet.",
		About: "By the sizes that were seen, without storage, tax and discounts. archwire capacity show has the price.",
	}
	for _, c := range append(append([]sizedForCost{}, s.Months...), s.Runs...) {
		cost := numeral("–")
		if c.Amount != "" {
			cost.Text, cost.Raw = c.Amount+" "+s.Currency, c.Amount
		}
		costs.Rows = append(costs.Rows, line{Cells: []cell{code(c.Of), cost}})
	}
	page.Tables = append(page.Tables, costs)
}
