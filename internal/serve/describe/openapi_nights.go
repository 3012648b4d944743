package describe

import (
	"github.com/danielgtaylor/huma/v2"

	"archwire/internal/serve/operator"
)

// nights describes how fresh things were over days.
func (d *describer) nights() *huma.Operation {
	days := query("days", "How many days, today with them.", &huma.Schema{Type: huma.TypeInteger, Minimum: number64(1), Maximum: number64(operator.MaxNights), Default: operator.DefaultNights})
	return d.operated("/nights", "operator_nights", "How fresh it was over days",
		"By source and "+d.noun().Singular+", day by day: whether what was in service was in time, late, without it, or left as it was since runs failed.", d.schema(operator.NightsDoc{}), days)
}
