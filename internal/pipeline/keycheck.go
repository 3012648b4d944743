package pipeline

import (
	"fmt"
	"strings"

	"archwire"
)

// checks are those of the project, and behind them one for each key that nothing has
// held unique before: a database vouches for its keys, files do not.
func (r *Runner) checks() []archwire.Check {
	all := append([]archwire.Check(nil), r.Project.Checks...)
	for _, s := range r.Project.Sources {
		for _, t := range s.Tables {
			if t.Form == "" || len(t.Key) == 0 {
				continue
			}
			all = append(all, archwire.Check{
				Name: "key of " + t.ID(), File: "sources/" + s.Name + ".yaml", SQL: twice(t.Table),
				Description: "No two rows have the same key.",
			})
		}
	}
	return all
}

// twice is a query for the keys that several rows have.
func twice(t archwire.Table) string {
	key := make([]string, len(t.Key))
	for i, name := range t.Key {
		key[i] = archwire.Quote(name)
	}
	list := strings.Join(key, ", ")
	return fmt.Sprintf("SELECT %s, count(*) AS archwire_rows FROM %s.%s GROUP BY %[1]s HAVING count(*) > 1 LIMIT %d",
		list, archwire.Quote(t.Source), archwire.Quote(t.Name), shownRows+1)
}
