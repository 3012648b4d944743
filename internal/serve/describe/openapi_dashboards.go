package describe

import (
	"github.com/danielgtaylor/huma/v2"

	"archwire"
	"archwire/internal/serve/catalogue"
)

func (d *describer) dashboards() *huma.Operation {
	return d.catalogued(catalogue.DashboardsPath, "dashboards", "The dashboards of the project",
		"Pages of tiles in their order. Each tile says what to ask the other paths for, and how the answer is meant to be drawn. "+
			"There are the tiles of which every metric, dataset, dimension and column opens to you.",
		arrayOf(d.schema(catalogue.DashboardDoc{})))
}

// exampleDashboard is one as it might be, made up.
func exampleDashboard() catalogue.DashboardDoc {
	return catalogue.DashboardDoc{
		Name: "overview", Title: "Overview", Position: 1, Filters: []string{"region"},
		Tiles: []catalogue.TileDoc{
			{Kind: archwire.TileNumber, Metrics: []string{"invoiced"}, Target: "100000", Width: 6},
			{Kind: archwire.TileStacked, Title: "Invoiced by region", Metrics: []string{"invoiced"}, By: []string{"region"}, Width: 6},
		},
	}
}
