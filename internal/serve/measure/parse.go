package measure

import (
	"fmt"
	"slices"
	"time"

	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// ParseCalendar reads which periods are asked for.
func ParseCalendar(p request.Parameters, asOf time.Time) (Calendar, error) {
	text, err := p.One("grain")
	if err != nil {
		return Calendar{}, err
	}
	g := Grain("month")
	if text != "" {
		if g = Grain(text); !slices.Contains(grains(), g) {
			return Calendar{}, problem.Wrong("grain", fmt.Sprintf("There is no grain %s.", problem.Clip(text)), request.Suggest(text, grains()))
		}
	}
	from, err := request.Day(p, "from")
	if err != nil {
		return Calendar{}, err
	}
	to, err := request.Day(p, "to")
	if err != nil {
		return Calendar{}, err
	}
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		return Calendar{}, problem.Wrong("to", "to is before from.", "Both days belong to what is answered.")
	}
	cal, ok := newCalendar(g, from, to, asOf)
	if !ok {
		return Calendar{}, problem.Wrong("from", fmt.Sprintf("There are more than %d periods between from and to.", maxPeriods),
			"Ask for a shorter time or a longer grain.")
	}
	return cal, nil
}

// ParseCompare reads what they are to be held against.
func ParseCompare(p request.Parameters) ([]Comparison, error) {
	var out []Comparison
	asked := p.Many("compare")
	for _, text := range asked {
		switch c := Comparison(text); {
		case text == "none" && len(asked) == 1:
		case slices.Contains(comparisons(), c):
			out = append(out, c)
		default:
			return nil, problem.Wrong("compare", fmt.Sprintf("There is no comparison %s.", problem.Clip(text)),
				"There is "+problem.Either(append(comparisons(), "none"))+".")
		}
	}
	slices.Sort(out)
	return out, nil
}
