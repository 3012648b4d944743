package fill

import (
	"context"
	"net/url"

	"archwire"
	"archwire/internal/serve/web/tile"
)

// benchmark fills a tile with where the middle half of all tenants lies, from the
// dataset that has it: a row for each month, metric and cell.
func (b *Board) benchmark(ctx context.Context, out *tile.Tile, t archwire.Tile, m Metric) error {
	out.Peers = b.Plural
	if b.View.Tenant == "" {
		out.State, out.Note = tile.Empty, "choose one of the "+b.Plural+" above: only one is held against the others"
		return nil
	}
	month := b.spanOf().Last.Format("2006-01-02")
	q := url.Values{b.View.Noun: {b.View.Tenant}, "filter[metric]": {m.Name}, "filter[month]": {"lte:" + month}, "order": {"-month"}, "limit": {"50"}}
	a, err := b.Ask.Get(ctx, "/v1/datasets/"+url.PathEscape(t.Dataset)+"/rows", q)
	if err != nil {
		return err
	}
	var doc struct {
		Data []map[string]any `json:"data"`
	}
	if err := a.Into(&doc); err != nil {
		return err
	}
	latest := ""
	for _, row := range doc.Data {
		if latest == "" {
			latest = textOf(row["month"])
		}
		if textOf(row["month"]) != latest {
			continue
		}
		out.Bands = append(out.Bands, tile.Band{
			Name: textOf(row["cell_label"]), Own: textOf(row["own"]), Lower: textOf(row["lower_quartile"]), Median: textOf(row["median"]),
			Upper: textOf(row["upper_quartile"]), Practices: textOf(row["practices"]), Suppressed: b.unsaid(textOf(row["suppressed"])),
		})
	}
	if latest != "" {
		if start, err := parseDay(latest); err == nil {
			out.Periods = []tile.Period{{Start: start, Complete: true}}
		}
	}
	return nil
}

// unsaid is why nothing is told of the others, for people.
func (b *Board) unsaid(why string) string {
	switch why {
	case "practices":
		return "fewer than 5 " + b.Plural
	case "share":
		return "one of the " + b.Plural + " has over half of what is counted"
	case "complement":
		return "it would tell of a smaller group"
	}
	return why
}
