package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

type client struct {
	Client    string     `json:"client"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at"`
	Keys      []struct {
		Key       string     `json:"key"`
		Public    bool       `json:"public"`
		Networks  []string   `json:"networks"`
		CreatedAt time.Time  `json:"created_at"`
		UsedAt    *time.Time `json:"used_at"`
		ExpiresAt *time.Time `json:"expires_at"`
		RevokedAt *time.Time `json:"revoked_at"`
	} `json:"keys"`
	Grants []struct {
		Tenant   string   `json:"tenant"`
		Profile  string   `json:"profile"`
		Datasets []string `json:"datasets"`
		Metrics  []string `json:"metrics"`
		Purpose  string   `json:"purpose"`
	} `json:"grants"`
}

func showClients(v *visit) error {
	page := officePage{Title: "Clients", About: "The programs that call the API, their keys and what is granted to them. Times are UTC.", Command: "archwire key list", Also: "archwire grant list"}
	all, _, err := asked[[]client](v, "/v1/operator/clients", nil)
	if err != nil {
		return v.untold(page, err)
	}
	w := v.words()
	clients := grid{Columns: headings("Client", "Last used", "#Keys", "Granted by", "What for", ""), Empty: "There is none yet. archwire key create makes one."}
	keys := grid{Title: "Keys", Columns: headings("Key", "Client", "State", "Last used", "From", "Made"), Folded: len(all) > listedTenants}
	for _, c := range all {
		good := 0
		for _, k := range c.Keys {
			state := w.good(nil)
			switch {
			case k.RevokedAt != nil:
				state = w.revoked(*k.RevokedAt)
			case k.ExpiresAt != nil && !k.ExpiresAt.After(v.h.Now()):
				state = w.expired(*k.ExpiresAt)
			case k.ExpiresAt != nil:
				good, state = good+1, w.good(k.ExpiresAt)
			default:
				good++
			}
			row := line{Cells: []cell{code(k.Key), text(c.Client), state, w.at(k.UsedAt), text(anywhere(k.Networks)), w.dayOf(k.CreatedAt)}}
			if k.Public {
				row.Cells[0].Small = "its secret half is the client's alone"
			}
			if state.Class == "" {
				row.Class = "over"
			}
			keys.Rows = append(keys.Rows, row)
		}
		var by, purposes []string
		for _, g := range c.Grants {
			name := "all " + v.service.Noun.Plural
			if g.Tenant != "*" {
				name = v.nameOf(g.Tenant)
			}
			by, purposes = append(by, name+" ("+g.Profile+")"), append(purposes, g.Purpose)
		}
		clients.Rows = append(clients.Rows, line{Cells: []cell{
			text(c.Client), w.at(c.UsedAt), numeral(strconv.Itoa(good)),
			listed(by),
			listed(unique(purposes)),
			{Actions: []link{{Title: "View as", To: "/operator/view-as?" + url.Values{"client": {c.Client}}.Encode()}}},
		}})
	}
	page.Tables = []grid{clients, keys}
	return v.office(page)
}

// anywhere is where a key may be used from.
func anywhere(networks []string) string {
	if len(networks) == 0 {
		return "anywhere"
	}
	return strings.Join(networks, ", ")
}

// few names the first few of many.
func few(names []string) string {
	const most = 6
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
	}
	return dash(strings.Join(names, ", "))
}

// unique leaves out what was there before.
func unique(names []string) (out []string) {
	seen := map[string]bool{}
	for _, n := range names {
		if !seen[n] {
			seen[n], out = true, append(out, n)
		}
	}
	return out
}
