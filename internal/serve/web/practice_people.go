package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"archwire/internal/serve/web/ask"
)

// A member is a person with a role in a tenant.
type member struct {
	Person     string     `json:"person"`
	Name       string     `json:"name"`
	Invitation string     `json:"invitation"`
	Roles      []role     `json:"roles"`
	TOTP       bool       `json:"totp"`
	CreatedAt  time.Time  `json:"created_at"`
	DisabledAt *time.Time `json:"disabled_at"`
}

// A personForm lets somebody in.
type personForm struct {
	Action, NounName, Tenant string
	Name                     string
	Roles, Profiles          []option
}

// roleWords say what a role is, in a tenant.
func roleWords(noun, role string) string {
	return map[string]string{"practice_admin": "Admin: says who sees what", "practice_user": "Sees the " + noun}[role]
}

func showPeople(v *visit) error {
	t, ok, err := v.administered()
	if !ok {
		return err
	}
	people, _, err := asked[[]member](v, "/v1/people", v.of(t))
	if err != nil {
		return err
	}
	id := v.r.URL.Query().Get("remove")
	if i := slices.IndexFunc(people, func(p member) bool { return p.Person == id }); i >= 0 && !v.readOnly() {
		says := people[i].Name + " then sees nothing of " + t.Label + " any more, within a second."
		if id == v.me.ID {
			says = "This is you. " + says
		}
		first, further := v.roleEnds(t, people[i])
		return v.render("confirm", confirmation{
			Title: "Take somebody's roles away", Says: says, Action: v.pathAt("people", t),
			Values: []kept{{v.service.Noun.Singular, t.ID}, {"do", "remove"}, {"person", id}}, Do: "Take them away", Danger: true,
			Back: v.pathAt("people", t), Command: first, Also: further,
		})
	}
	return v.people(http.StatusOK, t, people, personForm{}, nil)
}

// roleEnds are the commands that take away what somebody is in a tenant: one a role.
func (v *visit) roleEnds(t tenant, m member) (first string, further []string) {
	var all []string
	for _, r := range m.Roles {
		if r.Tenant == t.ID {
			all = append(all, command(append([]string{"person", "role", m.Name, "--role", r.Role, "--remove"}, v.ofTenant(t)...)...))
		}
	}
	if len(all) == 0 {
		return "", nil
	}
	return all[0], all[1:]
}

func (v *visit) people(status int, t tenant, people []member, f personForm, p *ask.Problem) error {
	w, n := v.wordsOf(t), v.service.Noun.Singular
	page := officePage{
		Title: "People", Tenant: t, Done: v.done(), Problem: p, Command: command(append([]string{"person", "list"}, v.ofTenant(t)...)...),
		About: "Who signs in and sees " + t.Label + ".",
	}
	g := grid{Columns: headings("Name", "Role", "Sees", "Signs in", "Since", ""), Empty: "Nobody but you."}
	for _, m := range people {
		var roles, sees []string
		for _, r := range m.Roles {
			roles, sees = append(roles, roleWords(n, r.Role)), append(sees, cmp.Or(r.Profile, "identified"))
		}
		row := line{Cells: []cell{text(m.Name), text(strings.Join(roles, "; ")), text(strings.Join(sees, "; ")), text("by password or issuer"), w.dayOf(m.CreatedAt), {}}}
		if m.TOTP {
			row.Cells[3] = text("with a code, too")
		}
		if m.DisabledAt != nil {
			row.Class, row.Cells[3] = "over", cell{Text: "cannot sign in", Small: "since " + w.Instant(*m.DisabledAt), RawSmall: "since " + instant(*m.DisabledAt)}
		}
		if !v.readOnly() {
			row.Cells[5].Actions = []link{{Title: "Remove", To: v.pathAt("people", t, "remove", m.Person)}}
		}
		g.Rows = append(g.Rows, row)
	}
	page.Tables = []grid{g}
	if !v.readOnly() {
		role, profile := cmp.Or(v.form.Get("role"), "practice_user"), cmp.Or(v.form.Get("profile"), "identified")
		f.Action, f.NounName, f.Tenant, f.Name, f.Profiles = v.pathAt("people", t), n, t.ID, v.form.Get("name"), profiles(profile)
		for _, r := range []string{"practice_user", "practice_admin"} {
			f.Roles = append(f.Roles, option{r, roleWords(n, r), r == role})
		}
		page.Form = f
	}
	return v.renderStatus(status, "people", page)
}

// An invited person is told of once.
type invited struct{ Name, Invitation, Link, Back string }

func doPeople(v *visit) error {
	t, ok, err := v.administered()
	if !ok {
		return err
	}
	n := v.service.Noun.Singular
	if v.form.Get("do") == "remove" {
		path := "/v1/people/" + url.PathEscape(v.form.Get("person")) + "?" + v.of(t).Encode()
		if _, err := v.ask.Send(v.ctx, http.MethodDelete, path, nil); err != nil {
			return v.refusedPerson(t, err)
		}
		return v.redirect(v.pathAt("people", t, "done", "dropped"))
	}
	a, err := v.ask.Send(v.ctx, http.MethodPost, "/v1/people", map[string]any{
		n: t.ID, "name": strings.TrimSpace(v.form.Get("name")), "role": v.form.Get("role"), "profile": v.form.Get("profile"),
	})
	if err != nil {
		return v.refusedPerson(t, err)
	}
	var made member
	if err := a.Into(&made); err != nil {
		return err
	}
	v.w.Header().Set("Cache-Control", "no-store")
	return v.render("invited", invited{made.Name, made.Invitation, v.here() + "/accept#invitation=" + made.Invitation, v.pathAt("people", t)})
}

// here is where people reach the server.
func (v *visit) here() string {
	if v.h.Origin != "" {
		return strings.TrimSuffix(v.h.Origin, "/")
	}
	scheme := "http://"
	if v.overTLS() {
		scheme = "https://"
	}
	return scheme + v.r.Host
}

func (v *visit) refusedPerson(t tenant, err error) error {
	p, ok := refusal(err)
	if !ok {
		return err
	}
	people, _, err := asked[[]member](v, "/v1/people", v.of(t))
	if err != nil {
		return err
	}
	return v.people(p.Status, t, people, personForm{}, p)
}
