package web

import (
	"encoding/base64"
	"strings"
)

// viewAsCookie keeps as whom an operator looks at things. It opens nothing: the API
// asks whether whoever calls is an operator.
const viewAsCookie = "archwire-view-as"

// viewingAs is as whom the viewer looks at things; "" is as themselves.
func (v *visit) viewingAs() string {
	c, err := v.r.Cookie(v.cookie(viewAsCookie))
	if err != nil {
		return ""
	}
	word, mac, _ := strings.Cut(c.Value, ".")
	as, err := base64.RawURLEncoding.DecodeString(word)
	bound := v.bound()
	if err != nil || bound == "" || mac != v.viewingMAC(bound, string(as)) {
		return ""
	}
	return string(as)
}

// viewingMAC binds as whom somebody looks at things to their session: it ends with it.
func (v *visit) viewingMAC(bound, as string) string {
	return base64.RawURLEncoding.EncodeToString(v.h.tokens.of("view as " + as + "\x00" + bound))
}

// viewingCookie is what the browser keeps of as whom it looks at things. Cookies take
// neither all letters nor all signs.
func (v *visit) viewingCookie(as string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(as)) + "." + v.viewingMAC(v.bound(), as)
}

// A viewAsPage asks as whom things are to be looked at.
type viewAsPage struct {
	Title   string
	Admin   string // the words that mean it
	User    string
	Client  string
	Noun    string
	Back    string
	Profile string
}

func showViewAs(v *visit) error {
	q := v.r.URL.Query()
	n := v.service.Noun.Singular
	page := viewAsPage{Noun: n, Back: "/operator/tenants", Profile: v.me.profile()}
	switch id, client := q.Get("tenant"), q.Get("client"); {
	case id != "":
		page.Title, page.Admin, page.User = "View as "+v.nameOf(id), n+"="+id, n+"="+id+";role=practice_user"
	case client != "":
		page.Title, page.Client, page.Back = "View as "+client, "client="+client, "/operator/clients"
	default:
		return notThere()
	}
	return v.render("viewas", page)
}

// profile is the widest that the person's roles as an operator open.
func (p person) profile() string {
	for _, r := range p.Roles {
		if r.Role == "operator" && r.Profile != "" {
			return r.Profile
		}
	}
	return "aggregate"
}

// doViewAs begins to look at things as somebody else, or ends it.
func doViewAs(v *visit) error {
	as := v.form.Get("as")
	if as == "" {
		v.setCookie(viewAsCookie, "", -1)
		return v.redirect("/operator/tenants")
	}
	v.ask.As = as
	if _, err := v.ask.Get(v.ctx, "/v1", nil); err != nil { // nobody is there, or the viewer is no operator
		return err
	}
	v.setCookie(viewAsCookie, v.viewingCookie(as), 0)
	return v.redirect("/")
}

// endViewing has whoever comes next look at things as themselves.
func (v *visit) endViewing() {
	if _, err := v.r.Cookie(v.cookie(viewAsCookie)); err == nil {
		v.setCookie(viewAsCookie, "", -1)
	}
}

// A viewing is as whom things are looked at, as the banner says it.
type viewing struct{ Name string }

func (v *visit) viewing() *viewing {
	as := v.viewingAs()
	if as == "" {
		return nil
	}
	whom, role, _ := strings.Cut(as, ";role=")
	name, id, _ := strings.Cut(whom, "=")
	out := &viewing{Name: "client " + id}
	if name != "client" {
		out.Name = v.nameOf(id) + ", as its admin"
		if role == "practice_user" {
			out.Name = v.nameOf(id) + ", as somebody who works there"
		}
	}
	return out
}

// as is the person as whom the viewer looks at things: what exists for that one exists
// for the viewer.
func (p person) as(words string) person {
	whom, as, _ := strings.Cut(words, ";role=")
	name, id, found := strings.Cut(whom, "=")
	switch {
	case !found:
		return p
	case name == "client":
		p.Roles = []role{{Role: "partner", Client: id}}
	case as == "":
		p.Roles = []role{{Role: "practice_admin", Tenant: id}}
	default:
		p.Roles = []role{{Role: as, Tenant: id}}
	}
	return p
}
