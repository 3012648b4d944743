package serve_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

// raised publishes the project with collections under contract 2, which calls the
// amount another name, and contract 1 beside it until its sunset.
func raised(t *testing.T, b *bundle, sunset archwire.Day) archwire.Manifest {
	t.Helper()
	i := slices.IndexFunc(b.input.Datasets, func(d archwire.Dataset) bool { return d.Name == "collections" })
	b.input.Datasets = slices.Clone(b.input.Datasets)
	old, next := b.input.Datasets[i], b.input.Datasets[i]
	next.Contract, next.From = 2, "mart.collections2"
	next.Columns = slices.Clone(next.Columns)
	next.Columns[2].Name = "net"
	b.input.Datasets[i] = next
	if sunset != "" {
		old.Name, old.Sunset = "collections@1", sunset
		b.input.Datasets = append(b.input.Datasets, old)
	}
	b.input.Metrics = slices.DeleteFunc(slices.Clone(b.input.Metrics), func(m archwire.Metric) bool { return m.Dataset == "collections" })
	return b.published(t, map[string]string{"mart.collections2": strings.Replace(data()["mart.collections"], " as amount", " as net", 1)})
}

func TestTheNameAloneIsTheOldestContractServed(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate)
	const oldest = "/v1/datasets/collections/rows"
	before := b.get(t, oldest, key).want(t, 200)
	for _, name := range []string{"Deprecation", "Sunset", "Link"} {
		if got := before.header.Get(name); got != "" {
			t.Errorf("%s: %s of a contract without an end", name, got)
		}
	}
	began := time.Now().Truncate(time.Second)
	raised(t, b, "2027-06-30")
	after := b.get(t, oldest, key).want(t, 200)
	if rows(t, before) != rows(t, after) || after.at(t, "meta.contract").(interface{ String() string }).String() != "1" {
		t.Errorf("%s answers %s", oldest, after.text)
	}
	if got := b.get(t, "/v1/datasets/collections@1/rows", key).want(t, 200); got.text != after.text {
		t.Errorf("by its number it is %s", got.text)
	}
	// RFC 8594: an HTTP date. RFC 9745: a date of structured fields. RFC 5829: the relation.
	for name, want := range map[string]string{
		"Sunset": "Thu, 01 Jul 2027 00:00:00 GMT",
		"Link":   `</v1/datasets/collections@2/rows>; rel="successor-version"`,
	} {
		if got := after.header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	since := after.header.Get("Deprecation")
	at, ok := strings.CutPrefix(since, "@")
	if seconds, err := strconv.ParseInt(at, 10, 64); !ok || err != nil || seconds < began.Unix() || seconds > time.Now().Unix() {
		t.Errorf("Deprecation: %s", since)
	}
	again := b.get(t, oldest, key).want(t, 200) // kept
	same := b.get(t, oldest, key, "If-None-Match", again.header.Get("ETag")).want(t, http.StatusNotModified)
	export := b.get(t, "/v1/datasets/collections/export.csv", key).want(t, 200)
	if again.header.Get("Deprecation") != since || same.header.Get("Deprecation") != since || export.header.Get("Deprecation") != since {
		t.Errorf("a kept answer says %v, an unchanged one %v, an export %v", again.header, same.header, export.header)
	}
	if got := export.header.Get("Link"); got != `</v1/datasets/collections@2/export.csv>; rel="successor-version"` {
		t.Errorf("Link: %s", got)
	}
	next := b.get(t, "/v1/datasets/collections@2/rows", key).want(t, 200)
	if !strings.Contains(next.text, `"net":`) || strings.Contains(next.text, `"amount":`) || next.header.Get("Sunset") != "" {
		t.Errorf("contract 2 is %v %s", next.header, next.text)
	}
	// Another publication says since when it is known, not since when it was published.
	b.published(t, nil)
	if got := b.get(t, oldest, key).want(t, 200).header.Get("Deprecation"); got != since {
		t.Errorf("Deprecation: %s, then %s", since, got)
	}
	// After the sunset the name alone is the next contract.
	b.input.Datasets = slices.DeleteFunc(slices.Clone(b.input.Datasets), func(d archwire.Dataset) bool { return d.Name == "collections@1" })
	b.published(t, nil)
	if got := b.get(t, oldest, key).want(t, 200); rows(t, got) != rows(t, next) {
		t.Errorf("after the sunset: %s", got.text)
	}
	b.get(t, "/v1/datasets/collections@1/rows", key).want(t, 404)
}

// rows is the data of an answer, as it is written.
func rows(t *testing.T, r reply) string {
	t.Helper()
	data, _, ok := strings.Cut(r.text, `,"meta":`)
	if !ok {
		t.Fatal(r.text)
	}
	return data
}

func TestACursorIsFollowedAcrossARaisedContract(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate)
	const path = "/v1/datasets/collections/rows?limit=3"
	first := b.get(t, path, key).want(t, 200)
	raised(t, b, "2027-06-30")
	second := b.get(t, path+"&cursor="+first.at(t, "page.next").(string), key).want(t, 200)
	if first.at(t, "meta.publication") != second.at(t, "meta.publication") || strings.Contains(second.text, `"net":`) {
		t.Errorf("the second page is %s", second.text)
	}
	// The other contract's cursor is another one.
	newer := b.get(t, "/v1/datasets/collections@2/rows?limit=3", key).want(t, 200)
	b.get(t, path+"&cursor="+newer.at(t, "page.next").(string), key).want(t, 400)
}

func TestAGrantOfADatasetOpensAllItsContracts(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	raised(t, b, "2027-06-30")
	granted := b.keys.Mint(t, auth.Key{}, auth.Grant{Tenant: "p1", Datasets: []string{"collections"}, Profile: archwire.Aggregate})
	other := b.keys.Mint(t, auth.Key{}, auth.Grant{Tenant: "p1", Datasets: []string{"balances"}, Profile: archwire.Aggregate})
	for _, name := range []string{"collections", "collections@1", "collections@2"} {
		b.get(t, "/v1/datasets/"+name+"/rows", granted).want(t, 200)
		hidden := b.get(t, "/v1/datasets/"+name+"/rows", other).want(t, 404)
		missing := b.get(t, "/v1/datasets/"+strings.Replace(name, "collections", "collectionz", 1)+"/rows", other).want(t, 404)
		if cutID(hidden.text) != cutID(strings.ReplaceAll(missing.text, "collectionz", "collections")) || len(hidden.header) != len(missing.header) {
			t.Errorf("%s says %v %s, one that is not there %v %s", name, hidden.header, hidden.text, missing.header, missing.text)
		}
	}
	b.get(t, "/v1/datasets/collections@3/rows", granted).want(t, 404)
	catalogue := b.get(t, "/v1/datasets", granted).want(t, 200)
	for _, want := range []string{
		`"dataset":"collections","description"`, `"contract":1,"sunset":"2027-06-30","successor":"collections@2"`,
		`"dataset":"collections@2","description"`, `"contract":2}`,
	} {
		if !strings.Contains(catalogue.text, want) {
			t.Errorf("the catalogue lacks %s: %s", want, catalogue.text)
		}
	}
	if got := b.get(t, "/v1/datasets", other).want(t, 200); strings.Contains(got.text, "collections") {
		t.Errorf("the catalogue of another: %s", got.text)
	}
}

func TestAMetricTellsItsEnd(t *testing.T) {
	b := setup(t)
	b.input.Metrics = slices.Clone(b.input.Metrics)
	for i := range b.input.Metrics {
		if b.input.Metrics[i].Name == "wait" {
			b.input.Metrics[i].Sunset = "2027-02-28"
		}
	}
	b.published(t, nil)
	key := b.keys.Mint(t, auth.Key{}, authtest.Everything(archwire.Pseudonymous, "p1")...)
	if got := b.get(t, "/v1/metrics/wait", key).want(t, 200).header; got.Get("Sunset") != "Mon, 01 Mar 2027 00:00:00 GMT" || got.Get("Deprecation") == "" || got.Get("Link") != "" {
		t.Errorf("its headers are %v", got)
	}
	if got := b.get(t, "/v1/metrics/net_collections", key).want(t, 200).header; got.Get("Sunset") != "" {
		t.Errorf("those of another are %v", got)
	}
}

func TestAContractAloneIsNotGranted(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	raised(t, o.bundle, "2027-06-30")
	o.key(t, "other", "p1", archwire.Aggregate)
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	const body = `{"client":"other","profile":"aggregate","purpose":"analytics","datasets":[%q]}`
	for _, name := range []string{"collections@1", "collections@2"} {
		r := o.request(t, "POST", "/v1/grants", admin, fmt.Sprintf(body, name)).want(t, 400)
		if r.at(t, "field") != "datasets" || r.at(t, "hint") != "Name collections: a grant of a dataset opens all its contracts." {
			t.Errorf("%s: %s", name, r.text)
		}
	}
	o.request(t, "POST", "/v1/grants", admin, fmt.Sprintf(body, "collections")).want(t, 201)
}
