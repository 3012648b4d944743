package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/ledger"
)

// A Verdict is a change, and who relied on what it breaks.
type Verdict struct {
	Change
	Refused bool     `json:"refused"` // it is not published
	UsedBy  []Client `json:"used_by"` // the latest first
}

// A Client used what would break; or a person did who calls for none.
type Client struct {
	Client  string    `json:"client"`
	Person  string    `json:"person,omitzero"` // the person's id, where there is no client
	Answers int       `json:"answers"`         // sent whole
	Last    time.Time `json:"last"`
}

// Judge refuses the changes that break what somebody used.
func Judge(changes []Change, uses []ledger.Use) []Verdict {
	out := make([]Verdict, len(changes))
	for i, c := range changes {
		type who struct{ client, person string }
		byClient := map[who]Client{}
		for _, u := range uses {
			if !c.touches(u) {
				continue
			}
			by := who{u.Client, u.Person}
			was := byClient[by]
			if u.Last.After(was.Last) {
				was.Last = u.Last
			}
			byClient[by] = Client{u.Client, u.Person, was.Answers + u.Answers, was.Last}
		}
		out[i] = Verdict{Change: c, Refused: len(byClient) > 0, UsedBy: []Client{}}
		for _, client := range byClient {
			out[i].UsedBy = append(out[i].UsedBy, client)
		}
		slices.SortFunc(out[i].UsedBy, func(a, b Client) int {
			return cmp.Or(b.Last.Compare(a.Last), strings.Compare(a.Client, b.Client), strings.Compare(a.Person, b.Person))
		})
	}
	return out
}

// Err is the error for what is refused, nil when nothing is: the first in its
// sentence and its hint, and how many more there are.
func Err(verdicts []Verdict) error {
	refused := slices.DeleteFunc(slices.Clone(verdicts), func(v Verdict) bool { return !v.Refused })
	if len(refused) == 0 {
		return nil
	}
	first := refused[0]
	message := fmt.Sprintf("%s, which %s", first.Change, Users(first.UsedBy))
	if more := len(refused) - 1; more > 0 {
		message += fmt.Sprintf("; so do %d further changes break what was used", more)
	}
	return &archwire.Error{
		Code: archwire.Invalid, Message: message,
		Hint: first.Way + " Nothing was published; archwire plan shows all of it, docs/guide/contracts.md how contracts change.",
	}
}

// name tells people, whom the ledger knows by their ids, from clients.
func (c Client) name() string {
	if c.Client == "" {
		return "person " + c.Person
	}
	return c.Client
}

// Users says who used something in the last days: the latest few by name.
func Users(clients []Client) string {
	const most = 3
	var names []string
	for _, c := range clients[:min(len(clients), most)] {
		names = append(names, fmt.Sprintf("%s last used on %s (%d answers)", c.name(), archwire.DayOf(c.Last.UTC()), c.Answers))
	}
	if more := len(clients) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d others used", more))
	}
	return strings.Join(names, ", ")
}
