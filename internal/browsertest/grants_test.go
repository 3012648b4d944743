package browsertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/serve/web/webtest"
)

// A granted is a grant, as the API tells of it.
type granted struct {
	Client    string   `json:"client"`
	Profile   string   `json:"profile"`
	Purpose   string   `json:"purpose"`
	Datasets  []string `json:"datasets"`
	Metrics   []string `json:"metrics"`
	Locations []string `json:"locations"`
	RevokedAt *string  `json:"revoked_at"`
}

// grantsOf are the grants of a client in the practice that hold, as the API tells its
// admin.
func (w *world) grantsOf(t *testing.T, client string) (out []granted) {
	t.Helper()
	body, _ := w.fetch(t, "/v1/grants?practice="+own, "Cookie", w.cookie(t, "owner"))
	var doc struct {
		Data []granted `json:"data"`
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(doc.Data, func(g granted) bool { return g.Client != client || g.RevokedAt != nil })
}

// cookie signs a visitor in by the API.
func (w *world) cookie(t *testing.T, visitor string) string {
	t.Helper()
	body := `{"name": "` + address(visitor) + `", "password": "` + password + `"}`
	res, err := http.Post(w.base+"/auth/sign-in", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // nothing of it is read
	var all []string
	for _, c := range res.Cookies() {
		all = append(all, c.Name+"="+c.Value)
	}
	if res.StatusCode != http.StatusOK || len(all) == 0 {
		t.Fatalf("signing %s in: status %d", visitor, res.StatusCode)
	}
	return strings.Join(all, "; ")
}

// untilOpens asks with a key until the practice opens to it, or does not.
func (w *world) untilOpens(t *testing.T, key string, want bool) {
	t.Helper()
	w.untilAnswers(t, key, "/v1/metrics/starts?practice="+own, want)
}

func (w *world) untilAnswers(t *testing.T, key, path string, want bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	status := 0
	for time.Now().Before(deadline) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+key)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if status = res.StatusCode; (status == http.StatusOK) == want {
			return
		}
	}
	t.Fatalf("%s: status %d after a minute, opens should be %t", path, status, want)
}

// testGrant gives, narrows and revokes a grant by the forms; the client's key says what
// comes of it.
func (w *world) testGrant(t *testing.T) {
	key := w.Key(t, "Northwind", "--practice", other, "--profile", "aggregate", "--purpose", "elsewhere")
	w.untilOpens(t, key, false)
	page := w.as(t, "owner", "/practice/grants", webtest.View{})
	page.Type(t, "Who", "Northwind")
	page.Type(t, "What for", "Recall calls")
	page.Choose(t, "Profile", "Pseudonymous")
	page.Follow(t, webtest.Link("Give it", "main"))
	if text := page.Text(t, ".done"); !strings.Contains(text, "granted") {
		t.Errorf("after giving, the page says %q", page.Text(t, "main"))
	}
	all := granted{Client: "Northwind", Profile: "pseudonymous", Purpose: "Recall calls", Datasets: []string{}, Metrics: []string{}, Locations: []string{}}
	if diff := cmp.Diff([]granted{all}, w.grantsOf(t, "Northwind")); diff != "" {
		t.Errorf("given (-want +got):\n%s", diff)
	}
	w.untilOpens(t, key, true)

	page.Follow(t, inRow("Northwind", "Narrow"))
	page.Click(t, webtest.Link("Datasets, with their figures", "main"))
	page.Click(t, `document.querySelector("input[name=datasets][value=pending_list]")`)
	where, named := w.aLocation(t)
	page.Click(t, `[...document.querySelectorAll("#give label")].find((l) => l.innerText.trim() === "`+named+`").querySelector("input")`)
	page.Follow(t, webtest.Link("Narrow it", "main"))
	some := all
	some.Datasets, some.Locations = []string{"pending_list"}, []string{where}
	if diff := cmp.Diff([]granted{some}, w.grantsOf(t, "Northwind")); diff != "" {
		t.Errorf("narrowed (-want +got):\n%s", diff)
	}
	w.untilOpens(t, key, false)
	w.untilAnswers(t, key, "/v1/datasets/pending_list/rows?practice="+own, true)

	if row := page.Text(t, "main tbody"); !strings.Contains(row, "of "+named) {
		t.Errorf("the list does not name %s: %q", named, row)
	}
	page.Follow(t, inRow("Northwind", "Revoke"))
	page.Follow(t, webtest.Link("Revoke it", "main"))
	if got := w.grantsOf(t, "Northwind"); len(got) > 0 {
		t.Errorf("revoked, and there is still %v", got)
	}
	w.untilAnswers(t, key, "/v1/datasets/pending_list/rows?practice="+own, false)
	if faults := page.Faults(); len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
}

// aLocation is one of the practice's, by its id and by its name.
func (w *world) aLocation(t *testing.T) (id, name string) {
	t.Helper()
	for _, row := range w.all(t, "/v1/datasets/directory/rows", url.Values{"practice": {own}, "filter[dimension]": {"location_id"}}) {
		return fmt.Sprint(row["id"]), fmt.Sprint(row["label"])
	}
	t.Fatal("the practice has no location")
	return "", ""
}

// inRow is an expression for a link of a table's row.
func inRow(row, link string) string {
	return `[...document.querySelectorAll("main tr")].filter((r) => r.innerText.includes("` + row + `")).flatMap((r) => [...r.querySelectorAll("a")]).find((a) => a.innerText.trim() === "` + link + `")`
}

// testViewAs looks at a practice as its admin does. The page says so as long as it
// lasts, and the practice reads it in the ledger.
func (w *world) testViewAs(t *testing.T) {
	page := w.as(t, "operator", "/operator/view-as?tenant="+own, webtest.View{})
	page.Follow(t, webtest.Link("As its admin", "main"))
	for _, path := range []string{"/dashboards/receivables", "/practice/grants", "/rows/claims"} {
		page.Go(t, w.base+path)
		if banner := page.Text(t, ".viewing"); !strings.Contains(banner, "You look at things as") {
			t.Errorf("%s: the banner says %q", path, banner)
		}
	}
	page.Go(t, w.base+"/practice/grants")
	if n := webtest.Eval[int](t, page, `document.querySelectorAll("#give, main form[method=post]").length`); n > 0 {
		t.Errorf("somebody who only looks is shown %d forms", n)
	}
	page.Follow(t, webtest.Link("End it", ""))
	if banner := page.Text(t, ".viewing"); banner != "" {
		t.Errorf("after the end the banner says %q", banner)
	}
	owner := w.as(t, "owner", "/practice/ledger", webtest.View{})
	if text := owner.Text(t, "main"); !strings.Contains(text, "looking at things as your admin") {
		t.Errorf("the ledger does not tell that the operator looked: %.2000s", text)
	}
}
