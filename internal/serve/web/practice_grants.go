package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"archwire/internal/serve/web/ask"
)

type grant struct {
	Grant     string     `json:"grant"`
	Client    string     `json:"client"`
	Datasets  []string   `json:"datasets"`
	Metrics   []string   `json:"metrics"`
	Profile   string     `json:"profile"`
	Locations []string   `json:"locations"`
	Purpose   string     `json:"purpose"`
	GrantedBy string     `json:"granted_by"`
	CreatedAt time.Time  `json:"created_at"`
	From      time.Time  `json:"from"`
	Until     *time.Time `json:"until"`
	RevokedAt *time.Time `json:"revoked_at"`
}

// profileWords say what a profile opens.
var profileWords = map[string]string{
	"aggregate":    "sums and counts, nothing of one person",
	"pseudonymous": "rows of people, under pseudonyms",
	"identified":   "rows of people, with who they are",
}

func profiles(chosen string) []option {
	var out []option
	for _, p := range []string{"aggregate", "pseudonymous", "identified"} {
		out = append(out, option{p, capital(p) + ": " + profileWords[p], p == chosen})
	}
	return out
}

func showGrants(v *visit) error {
	t, ok, err := v.administered()
	if !ok {
		return err
	}
	grants, _, err := asked[[]grant](v, "/v1/grants", v.of(t))
	if err != nil {
		return err
	}
	find := func(id string) (grant, bool) {
		i := slices.IndexFunc(grants, func(g grant) bool { return g.Grant == id })
		if i < 0 {
			return grant{}, false
		}
		return grants[i], true
	}
	q := v.r.URL.Query()
	if g, ok := find(q.Get("revoke")); ok && !v.readOnly() {
		o, err := v.offeredOf(t)
		if err != nil {
			return err
		}
		return v.render("confirm", v.revocation(t, g, o))
	}
	g, _ := find(q.Get("narrow"))
	return v.grants(http.StatusOK, t, grants, grantFormOf(v, t, g), nil)
}

// revocation asks whether a grant is to be revoked.
func (v *visit) revocation(t tenant, g grant, o offered) confirmation {
	return confirmation{
		Title: "Revoke a grant", Says: g.Client + " then sees nothing of " + t.Label + " by it, within a second. What was sent before stays with them.",
		Facts:  []datum{{"Opens", o.opens(g).Text, ""}, {"Profile", g.Profile, ""}, {"What for", g.Purpose, ""}},
		Action: v.pathAt("grants", t), Values: []kept{{v.service.Noun.Singular, t.ID}, {"do", "revoke"}, {"grant", g.Grant}}, Do: "Revoke it", Danger: true,
		Back: v.pathAt("grants", t), Command: command("grant", "revoke", g.Grant),
	}
}

func (v *visit) grants(status int, t tenant, grants []grant, f grantForm, p *ask.Problem) error {
	o, err := v.offeredOf(t)
	if err != nil {
		return err
	}
	w, now := v.wordsOf(t), v.h.Now()
	page := officePage{
		Title: "Who sees what", Tenant: t, Done: v.done(), Problem: p, Command: command(append([]string{"grant", "list"}, v.ofTenant(t)...)...),
		About: "Partners and programs see nothing of " + t.Label + " but what stands here. Days begin and end by UTC.",
	}
	g := grid{Columns: headings("Who", "Opens", "Profile", "What for", "First day", "Last day", ""), Empty: "Nothing is granted: nobody outside sees anything of " + t.Label + ". Give a grant below."}
	past := grid{Title: "Ended and revoked", Columns: headings("Who", "Opens", "Profile", "What for", "From", "Ended"), Folded: true}
	for _, x := range grants {
		if !slices.Contains(f.Clients, x.Client) {
			f.Clients = append(f.Clients, x.Client)
		}
		cells := []cell{{Text: x.Client, Small: "by " + grantedBy(x.GrantedBy)}, o.opens(x), {Text: x.Profile, Small: profileWords[x.Profile]}, {Text: x.Purpose, Class: "wide"}, {Text: w.Date(x.From.UTC()), Raw: x.From.UTC().Format(time.DateOnly), Class: "date"}}
		switch {
		case x.RevokedAt != nil:
			past.Rows = append(past.Rows, line{Class: "over", Cells: append(cells, cell{Text: "revoked " + w.Moment(*x.RevokedAt), Raw: "revoked " + instant(*x.RevokedAt)})})
			continue
		case x.Until != nil && !x.Until.After(now):
			past.Rows = append(past.Rows, line{Class: "over", Cells: append(cells, cell{Text: w.lastDay(*x.Until), Raw: lastDate(*x.Until)})})
			continue
		case x.From.After(now):
			cells[4].Small = "begins later"
		}
		until := cell{Text: "open end", Class: "date"}
		if x.Until != nil {
			until.Text, until.Raw = w.lastDay(*x.Until), lastDate(*x.Until)
		}
		do := cell{}
		if !v.readOnly() {
			do.Actions = []link{{Title: "Narrow", To: v.pathAt("grants", t, "narrow", x.Grant) + "#give"}, {Title: "Revoke", To: v.pathAt("grants", t, "revoke", x.Grant)}}
		}
		g.Rows = append(g.Rows, line{Cells: append(cells, until, do)})
	}
	page.Tables = []grid{g}
	if len(past.Rows) > 0 {
		page.Tables = append(page.Tables, past)
	}
	if !v.readOnly() {
		page.Form = f.offering(o)
	}
	return v.renderStatus(status, "grants", page)
}

// grantedBy is who made a grant, without the id of a person.
func grantedBy(who string) string {
	if strings.HasPrefix(who, "operator") {
		return "the operator"
	}
	return "an admin"
}
