package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"archwire/internal/serve/web/ask"
)

type key struct {
	Secret    string     `json:"secret"`
	Key       string     `json:"key"`
	Client    string     `json:"client"`
	Networks  []string   `json:"networks"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at"`
	UsedAt    *time.Time `json:"used_at"`
	RevokedAt *time.Time `json:"revoked_at"`
}

// A keyForm makes a key of an own client.
type keyForm struct {
	grantForm

	Expires, Networks string
	Once              string // names the request: sent twice it makes one key
}

func showKeys(v *visit) error {
	t, ok, err := v.administered()
	if !ok {
		return err
	}
	keys, _, err := asked[[]key](v, "/v1/keys", v.of(t))
	if err != nil {
		return err
	}
	id := v.r.URL.Query().Get("revoke")
	if i := slices.IndexFunc(keys, func(k key) bool { return k.Key == id }); i >= 0 && !v.readOnly() {
		return v.render("confirm", confirmation{
			Title: "Revoke a key", Says: "Whatever " + keys[i].Client + " asks with it is refused within a second. It cannot be made good again; make another one instead.",
			Facts: []datum{{"Key", id, ""}}, Action: v.pathAt("keys", t), Values: []kept{{v.service.Noun.Singular, t.ID}, {"do", "revoke"}, {"key", id}}, Do: "Revoke it", Danger: true,
			Back: v.pathAt("keys", t), Command: command("key", "revoke", id),
		})
	}
	return v.keys(http.StatusOK, t, keys, keyForm{grantForm: grantFormOf(v, t, grant{})}, nil)
}

func (v *visit) keys(status int, t tenant, keys []key, f keyForm, p *ask.Problem) error {
	w, now := v.wordsOf(t), v.h.Now()
	page := officePage{
		Title: "Keys of your own programs", Tenant: t, Done: v.done(), Problem: p, Command: "archwire key list",
		About: "A program of yours, such as a warehouse of your own, shows a key. What it sees is what its grants open. Times are those of " + dash(t.Timezone) + ".",
	}
	g := grid{Columns: headings("Program", "Key", "State", "Last used", "From", "Made", ""), Empty: "No program of yours has a key yet. Make one below."}
	for _, k := range keys {
		row := line{Cells: []cell{text(k.Client), code(k.Key), w.good(k.ExpiresAt), w.at(k.UsedAt), text(anywhere(k.Networks)), w.dayOf(k.CreatedAt), {}}}
		switch {
		case k.RevokedAt != nil:
			row.Class, row.Cells[2] = "over", w.revoked(*k.RevokedAt)
		case k.ExpiresAt != nil && !k.ExpiresAt.After(now):
			row.Class, row.Cells[2] = "over", w.expired(*k.ExpiresAt)
		case !v.readOnly():
			row.Cells[6].Actions = []link{{Title: "Revoke", To: v.pathAt("keys", t, "revoke", k.Key)}}
		}
		g.Rows = append(g.Rows, row)
	}
	page.Tables = []grid{g}
	if !v.readOnly() {
		o, err := v.offeredOf(t)
		if err != nil {
			return err
		}
		f.grantForm, f.Action, f.Once = f.offering(o), v.pathAt("keys", t), rand.Text()
		page.Form = f
	}
	return v.renderStatus(status, "keys", page)
}

// A madeKey is shown once.
type madeKey struct {
	Tenant       tenant
	Client, Text string
	Back         string
}

func doKeys(v *visit) error {
	t, ok, err := v.administered()
	if !ok {
		return err
	}
	if v.form.Get("do") == "revoke" {
		if _, err := v.ask.Send(v.ctx, http.MethodDelete, "/v1/keys/"+url.PathEscape(v.form.Get("key")), nil); err != nil {
			return v.refusedKey(t, err)
		}
		return v.redirect(v.pathAt("keys", t, "done", "key-revoked"))
	}
	opened, err := v.grantBody(t)
	if err != nil {
		return v.refusedKey(t, err)
	}
	delete(opened, "client")
	delete(opened, v.service.Noun.Singular)
	body := map[string]any{v.service.Noun.Singular: t.ID, "client": strings.TrimSpace(v.form.Get("client")), "grant": opened}
	if day := v.form.Get("expires"); day != "" {
		body["expires"] = day
	}
	if networks := listOf(v.form.Get("networks")); len(networks) > 0 {
		body["networks"] = networks
	}
	a, err := v.ask.Once(v.ctx, http.MethodPost, "/v1/keys", body, v.form.Get("once"))
	if err != nil {
		return v.refusedKey(t, err)
	}
	var made key
	if err := a.Into(&made); err != nil {
		return err
	}
	v.w.Header().Set("Cache-Control", "no-store")
	return v.render("madekey", madeKey{t, made.Client, made.Secret, v.pathAt("keys", t)})
}

func (v *visit) refusedKey(t tenant, err error) error {
	p, ok := refusal(err)
	if !ok {
		return err
	}
	keys, _, err := asked[[]key](v, "/v1/keys", v.of(t))
	if err != nil {
		return err
	}
	f := keyForm{grantForm: sentForm(v, t), Expires: v.form.Get("expires"), Networks: v.form.Get("networks")}
	return v.keys(p.Status, t, keys, f, p)
}
