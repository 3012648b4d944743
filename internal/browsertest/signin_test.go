package browsertest

import (
	"encoding/json"
	"strings"
	"testing"

	"archwire/internal/serve/web/webtest"
)

// testSignIn is let in by the right password alone, and let out.
func (w *world) testSignIn(t *testing.T) {
	page := w.browser.Person(t).Open(t, w.base+"/dashboards/claims", webtest.View{})
	if at := page.Address(t).Path; at != "/sign-in" {
		t.Fatalf("a stranger is at %s", at)
	}
	signIn(t, page, address("staff"), "a horse that staples letters")
	if text := page.Text(t, "[role=alert]"); text == "" || page.Address(t).Path != "/sign-in" {
		t.Errorf("a wrong password leads to %s, which says %q", page.Address(t), text)
	}
	if held := webtest.Eval[string](t, page, `document.querySelector("#password").value`); held != "" {
		t.Errorf("the page gives the password back")
	}
	signIn(t, page, address("staff"), password)
	if at := page.Address(t).Path; at != "/dashboards/claims" || page.Text(t, "h1") != "Claims" {
		t.Errorf("the right password leads to %s, %q", at, page.Text(t, "h1"))
	}
	page.Follow(t, webtest.Link("Sign out", ""))
	page.Go(t, w.base+"/dashboards/claims")
	if at := page.Address(t).Path; at != "/sign-in" {
		t.Errorf("after signing out one is at %s", at)
	}
}

// testInvitation lets somebody in by the forms alone, and takes their role away.
func (w *world) testInvitation(t *testing.T) {
	const name = "newcomer@example.com"
	page := w.as(t, "owner", "/practice/people", webtest.View{})
	page.Type(t, "E-mail address", name)
	page.Choose(t, "Role", "Sees the practice")
	page.Choose(t, "Sees", "Pseudonymous")
	page.Follow(t, webtest.Link("Invite", "main"))
	link := page.Text(t, "code.secret")
	if !strings.HasPrefix(link, w.base+"/accept#") {
		t.Fatalf("the invitation is %q", link)
	}
	theirs := w.browser.Person(t).Open(t, link, webtest.View{})
	if at := theirs.Address(t); at.Fragment != "" {
		t.Errorf("the secret stays in the address: %s", at)
	}
	theirs.Type(t, "Password", password)
	theirs.Type(t, "The same once more", password)
	theirs.Follow(t, webtest.Link("Choose this password", ""))
	theirs.Follow(t, webtest.Link("Sign in", "main"))
	signIn(t, theirs, name, password)
	if h := theirs.Text(t, "h1"); h != "Overview" {
		t.Fatalf("the newcomer is shown %q", h)
	}
	theirs.Go(t, w.base+"/practice/grants")
	if h := theirs.Text(t, "h1"); h != "There is nothing here" {
		t.Errorf("somebody who is no admin is shown %q", h)
	}
	if got, want := w.rolesOf(t, name), "practice_user "+own+" pseudonymous"; got != want {
		t.Errorf("the newcomer is %q, want %q", got, want)
	}
	page.Go(t, w.base+"/practice/people")
	page.Follow(t, `[...document.querySelectorAll("main tr")].find((r) => r.innerText.includes("`+name+`")).querySelector("a")`)
	page.Follow(t, webtest.Link("Take them away", ""))
	if got := w.rolesOf(t, name); got != "" {
		t.Errorf("without a role they are %q", got)
	}
}

// rolesOf is what somebody is, as the command line lists it.
func (w *world) rolesOf(t *testing.T, name string) (out string) {
	t.Helper()
	var list struct {
		People []struct {
			Name  string `json:"name"`
			Roles []struct {
				Role    string `json:"role"`
				Tenant  string `json:"tenant"`
				Profile string `json:"profile"`
			} `json:"roles"`
		} `json:"people"`
	}
	if err := json.Unmarshal([]byte(w.Do(t, "--json", "person", "list")), &list); err != nil {
		t.Fatal(err)
	}
	for _, p := range list.People {
		for _, r := range p.Roles {
			if p.Name == name {
				out += r.Role + " " + r.Tenant + " " + r.Profile
			}
		}
	}
	return out
}
