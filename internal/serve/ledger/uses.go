package ledger

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"archwire"
)

// A Use is what one client, or person, was sent of a dataset or metric, over a time.
type Use struct {
	Metric   bool             `json:"metric"` // Name is a metric, not a dataset
	Name     string           `json:"name"`
	Contract int              `json:"contract,omitzero"` // of the dataset; 0 is not known
	Client   string           `json:"client"`            // "" of people who call for none
	Person   string           `json:"person,omitzero"`   // the id of one who calls for no client
	Profile  archwire.Profile `json:"profile"`
	All      bool             `json:"all"`     // columns were not chosen: all that the profile opens were sent
	Columns  []string         `json:"columns"` // that were chosen, split by or filtered by, sorted
	Answers  int              `json:"answers"` // sent whole
	Last     time.Time        `json:"last"`
}

// name is the same for uses that are summed up.
func (u Use) name() string {
	return fmt.Sprintf("%t\x00%s\x00%d\x00%s\x00%s\x00%s\x00%t\x00%q", u.Metric, u.Name, u.Contract, u.Client, u.Person, u.Profile, u.All, u.Columns)
}

// used is what of an entry tells what was used.
type used struct {
	At       time.Time        `json:"at"`
	Outcome  Outcome          `json:"outcome"`
	Client   string           `json:"client"`
	Person   string           `json:"person"`
	Resource string           `json:"resource"`
	Name     string           `json:"name"`
	Contract int              `json:"contract"`
	Profile  archwire.Profile `json:"profile"`
	Fields   []string         `json:"fields"`
	Query    string           `json:"query"`
}

// contract is which contract of a dataset an entry is about; 0 is not known.
func (e used) contract() int {
	if e.Contract == 0 {
		_, number, _ := strings.Cut(e.Name, "@")
		e.Contract, _ = strconv.Atoi(number) // a name without one is not known
	}
	return e.Contract
}

// use is what an entry tells.
func (e used) use() Use {
	u := Use{
		Metric: strings.HasPrefix(e.Resource, "metric") || e.Resource == "explain", Name: archwire.Family(e.Name), Contract: e.contract(),
		Client: e.Client, Profile: e.Profile, Last: e.At,
	}
	if e.Client == "" {
		u.Person = e.Person
	}
	u.All = !u.Metric && len(e.Fields) == 0
	u.Columns = append(named(e.Query, u.Metric), e.Fields...)
	slices.Sort(u.Columns)
	u.Columns = slices.Compact(u.Columns)
	if e.Outcome == Sent || e.Outcome == Signed {
		u.Answers = 1
	}
	return u
}

// A summing sums uses up.
type summing struct {
	since time.Time // what was used last before is left out
	uses  map[string]Use
}

func newSumming(since time.Time) *summing { return &summing{since, map[string]Use{}} }

func (s *summing) add(u Use) {
	if u.Last.Before(s.since) {
		return
	}
	name := u.name()
	if was, ok := s.uses[name]; ok {
		u.Answers += was.Answers
		if was.Last.After(u.Last) {
			u.Last = was.Last
		}
	}
	s.uses[name] = u
}

// named lists the columns that a query filters by and, of a metric, splits by.
func named(query string, metric bool) (columns []string) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil
	}
	for name, given := range values {
		if column, ok := strings.CutPrefix(name, "filter["); ok {
			columns = append(columns, strings.TrimSuffix(column, "]"))
		}
		if metric && name == "by" {
			for _, list := range given {
				columns = append(columns, strings.Split(list, ",")...)
			}
		}
	}
	return columns
}

// sorted lists the uses by name, client and time.
func (s *summing) sorted() []Use {
	return slices.SortedFunc(maps.Values(s.uses), func(a, b Use) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Client, b.Client), a.Last.Compare(b.Last), strings.Compare(a.name(), b.name()))
	})
}
