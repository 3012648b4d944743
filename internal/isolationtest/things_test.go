package isolationtest

import (
	"fmt"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/signin"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

// things are what can be changed, by the variable that names it in a path: a grant, a
// key, a person and a webhook; and what bodies name: the practice that these belong to,
// the key's client and secret, the person's name and invitation, the webhook's URL.
type things map[string]string

// passwordOf is what the person of that name signs in with.
func passwordOf(name string) string { return "the password of " + name }

// cheap is what hashing it takes.
var cheap = signin.Cost{Memory: 64, Passes: 1, Threads: 1}

// own makes things of a practice that nobody knows yet; the webhook is of a client,
// or of the practice's own where the caller calls for none.
func (w *world) own(t *testing.T, practice, client string) things {
	t.Helper()
	w.made++
	return w.thingsOf(t, practice, client, fmt.Sprintf("%s/own%d", practice, w.made), fmt.Sprintf("own%d@example.com", w.made), fmt.Sprintf("purpose %d", w.made))
}

// held makes a grant that a client holds, and may give up.
func (w *world) held(t *testing.T, practice, client string) string {
	t.Helper()
	w.made++
	made, err := w.state.Grant(t.Context(), client, []state.NewGrant{
		{Tenant: practice, Profile: archwire.Aggregate, Purpose: fmt.Sprintf("purpose %d", w.made), By: state.Operator("test")},
	})
	must(t, err)
	return made[0].ID
}

// hidden makes things of a practice that nobody else may see: their names are
// canaries.
func (w *world) hidden(t *testing.T, practice string) things {
	t.Helper()
	return w.thingsOf(t, practice, "", practice+"/"+canary{practice, "clients", "identified", ""}.String(),
		"canary-"+practice+"-people@hidden.example.com", canary{practice, "grants", "identified", ""}.String())
}

func (w *world) thingsOf(t *testing.T, practice, caller, client, name, purpose string) things {
	t.Helper()
	ctx := t.Context()
	grant := state.NewGrant{Tenant: practice, Profile: archwire.Aggregate, Purpose: purpose, By: state.Operator("test")}
	secret, key, made, err := w.state.CreateKey(ctx, state.NewKey{Client: client, Tenant: practice, Grants: []state.NewGrant{grant}})
	must(t, err)
	p, _, err := w.state.AddPerson(ctx, state.NewPerson{
		Name: name, By: state.Operator("test"), Roles: []state.NewRole{{Role: auth.PracticeUser, Tenant: practice, By: state.Operator("test")}},
	})
	must(t, err)
	must(t, w.state.SetPassword(ctx, p.ID, cheap.HashPassword(passwordOf(name))))
	invitation, err := w.state.Invite(ctx, p.ID) // for who has forgotten it
	must(t, err)
	if caller == "" {
		caller = client
	}
	hook := w.webhook(t, caller, "https://example.com/"+strings.ReplaceAll(client, "/", "-"))
	return things{
		"grant": made[0].ID, "key": key.ID, "person": p.ID, "webhook": hook.ID,
		"practice": practice, "secret": secret, "client": client, "name": name, "invitation": invitation, "url": hook.URL,
	}
}

// webhook makes one; of those that the client has already, it keeps none.
func (w *world) webhook(t *testing.T, client, url string) webhook.Hook {
	t.Helper()
	old, err := w.state.Webhooks(t.Context(), client)
	must(t, err)
	for _, h := range old {
		must(t, w.state.RemoveWebhook(t.Context(), client, h.ID))
	}
	h, _, err := w.state.AddWebhook(t.Context(), client, url)
	must(t, err)
	return h
}
