package serve_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
)

// listedSlice is a slice of a manifest.
type listedSlice struct {
	Dataset, Practice, Profile, SHA256, URL string
	Rows, Bytes                             int64
	Contract                                int
}

// slicesOf reads all pages of the manifest in service, with a query.
func (b *bundle) slicesOf(t *testing.T, key, query string) (all []listedSlice) {
	t.Helper()
	cursor := ""
	for {
		var page struct {
			Data struct{ Slices []listedSlice }
			Page struct{ Next string }
		}
		must(t, json.Unmarshal([]byte(b.get(t, "/v1/publications/current/manifest?"+query+cursor, key).want(t, 200).text), &page))
		all = append(all, page.Data.Slices...)
		if page.Page.Next == "" {
			return all
		}
		cursor = "&cursor=" + page.Page.Next
	}
}

// sliceOf is one slice.
func (b *bundle) sliceOf(t *testing.T, key, dataset, practice string) listedSlice {
	t.Helper()
	all := b.slicesOf(t, key, "dataset="+dataset+"&practice="+practice)
	if len(all) != 1 {
		t.Fatalf("%d slices of %s of %s", len(all), dataset, practice)
	}
	return all[0]
}

func (b *bundle) slicePath(sha string) string {
	return filepath.Join(b.store, "slices", sha[:2], sha+".parquet")
}

func TestManifestsListWhatIsOpened(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	key := b.keys.Mint(t, auth.Key{},
		auth.Grant{Tenant: "p1", Profile: archwire.Identified},
		auth.Grant{Tenant: "p2", Profile: archwire.Aggregate},
		auth.Grant{Tenant: "p3", Profile: archwire.Pseudonymous, Datasets: []string{"patients"}},
	)
	names := func(of []listedSlice) (out []string) {
		for _, s := range of {
			out = append(out, s.Dataset+" "+s.Practice+" "+s.Profile+" "+fmt.Sprint(s.Rows))
		}
		return out
	}
	want := []string{
		"balances p1 identified 5", "balances p2 aggregate 1", "collections p1 identified 5", "collections p2 aggregate 2",
		"patients p1 identified 3", "patients p3 pseudonymous 1",
	}
	if diff := cmp.Diff(want, names(b.slicesOf(t, key, ""))); diff != "" {
		t.Errorf("slices (-want +got):\n%s", diff)
	}
	for _, limit := range []int{1, 2, 5, 6} {
		if diff := cmp.Diff(want, names(b.slicesOf(t, key, fmt.Sprintf("limit=%d", limit)))); diff != "" {
			t.Errorf("slices, %d a page (-want +got):\n%s", limit, diff)
		}
	}
	if diff := cmp.Diff(want[4:5], names(b.slicesOf(t, key, "practice=p1&practice=p2&dataset=patients"))); diff != "" {
		t.Errorf("slices of some (-want +got):\n%s", diff)
	}
	r := b.get(t, "/v1/publications/current/manifest?dataset=patients", key).want(t, 200)
	if r.at(t, "data.publication") != string(first.ID) || r.at(t, "data.current") != true || r.at(t, "meta.publication") != string(first.ID) ||
		r.at(t, "data.datasets.0.profile") != "pseudonymous" || r.at(t, "data.datasets.1.profile") != "identified" ||
		r.at(t, "data.datasets.0.columns.3.name") != "seen_at" || r.at(t, "data.datasets.1.columns.3.name") != "full_name" || r.at(t, "data.datasets.1.columns.3.class") != "identified" ||
		strings.Contains(r.text, "collections") {
		t.Errorf("manifest %s", r.text)
	}
	for _, query := range []string{"practice=p9", "dataset=nothing", "dataset=patients&practice=p9"} {
		b.get(t, "/v1/publications/current/manifest?"+query, key).want(t, 404)
	}
	unknown := b.get(t, "/v1/publications/current/manifest?dataset=balances", b.keys.Open(t, archwire.Aggregate, "p9")).want(t, 404)
	if strings.Contains(unknown.text, "patients") {
		t.Errorf("a dataset that nobody opens: %s", unknown.text)
	}
	second := b.published(t, nil)
	old := b.get(t, "/v1/publications/"+string(first.ID)+"/manifest", key).want(t, 200)
	if old.at(t, "data.current") != false || old.at(t, "data.publication") != string(first.ID) {
		t.Errorf("an older manifest is %s", old.text)
	}
	list := b.get(t, "/v1/publications", key).want(t, 200)
	for i, m := range []archwire.Manifest{second, first} {
		at := fmt.Sprintf("data.%d.", i)
		if list.at(t, at+"id") != string(m.ID) || list.at(t, at+"current") != (i == 0) || list.at(t, at+"as_of") != string(m.AsOf) {
			t.Errorf("publications %s", list.text)
		}
	}
}

func TestManifestCursorsReadOnInTheirPublication(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1", "p2")
	r := b.get(t, "/v1/publications/current/manifest?limit=1", key).want(t, 200)
	next := "limit=1&cursor=" + r.at(t, "page.next").(string)
	b.published(t, nil)
	for _, path := range []string{"current", string(first.ID)} {
		if r := b.get(t, "/v1/publications/"+path+"/manifest?"+next, key).want(t, 200); r.at(t, "data.publication") != string(first.ID) {
			t.Errorf("the second page is %s", r.text)
		}
	}
	b.get(t, "/v1/publications/20200101T000000Z-0000/manifest?"+next, key).want(t, 400)
	b.get(t, "/v1/publications/current/manifest?dataset=balances&"+next, key).want(t, 400)
	b.get(t, "/v1/publications/current/manifest?"+next, b.keys.Open(t, archwire.Aggregate, "p1", "p2")).want(t, 400)
	for range 2 {
		_, err := b.publisher.Collect(t.Context(), 1, 0)
		must(t, err)
	}
	b.get(t, "/v1/publications/current/manifest?"+next, key).want(t, 410)
	b.get(t, "/v1/publications/"+string(first.ID)+"/manifest", key).want(t, 404)
}

func TestSlicesAreTheBytesThatWerePublished(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Pseudonymous, "p1", "p3")
	for _, s := range b.slicesOf(t, key, "") {
		r := b.get(t, s.URL, key).want(t, 200)
		sum := sha256.Sum256([]byte(r.text))
		if hex.EncodeToString(sum[:]) != s.SHA256 || int64(len(r.text)) != s.Bytes || r.header.Get("ETag") != `"`+s.SHA256+`"` ||
			r.header.Get("Cache-Control") != "private, max-age=31536000, immutable" || !strings.Contains(r.header.Get("Vary"), "Cookie") || r.header.Get("Content-Type") != "application/vnd.apache.parquet" {
			t.Errorf("slice %+v is %d bytes, %v", s, len(r.text), r.header)
		}
		query := archwire.Query{SQL: `select count(*), min(practice_id), max(practice_id) from slice`}
		for batch, err := range b.slices.QuerySlices(t.Context(), []archwire.SliceFile{{Path: b.slicePath(s.SHA256), SHA256: s.SHA256}}, query) {
			must(t, err)
			if n := batch.Column(0).(*array.Int64).Value(0); n != s.Rows {
				t.Errorf("%+v has %d rows", s, n)
			}
			if low, high := batch.Column(1).(*array.String).Value(0), batch.Column(2).(*array.String).Value(0); low != s.Practice || high != s.Practice {
				t.Errorf("%+v has rows of %s to %s", s, low, high)
			}
		}
	}
}

func TestSlicesAreGivenToThoseWhoAreGivenThem(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	all := b.keys.Open(t, archwire.Identified)
	narrow := b.keys.Open(t, archwire.Pseudonymous, "p1")
	never := b.get(t, "/v1/slices/"+strings.Repeat("0", 64)+".parquet", narrow, "X-Request-Id", "x").want(t, 404)
	refused := 0
	for _, s := range b.slicesOf(t, all, "") {
		given := slices.ContainsFunc(b.slicesOf(t, narrow, ""), func(n listedSlice) bool { return n.SHA256 == s.SHA256 })
		if given {
			b.get(t, s.URL, narrow).want(t, 200)
			continue
		}
		refused++
		r := b.get(t, s.URL, narrow, "X-Request-Id", "x").want(t, 404)
		if r.text != never.text {
			t.Errorf("%s instead of %s", r.text, never.text)
		}
		r.header.Del("Date")
		never.header.Del("Date")
		for _, name := range []string{"Ratelimit-Remaining", "Ratelimit-Reset"} {
			r.header.Del(name)
			never.header.Del(name)
		}
		if diff := cmp.Diff(never.header, r.header); diff != "" {
			t.Errorf("headers (-never there +not given):\n%s", diff)
		}
	}
	if refused != 7 { // the three of p2 and of p3, and the identified one of p1
		t.Errorf("%d slices were refused", refused)
	}
	for _, name := range []string{"x", strings.ToUpper(b.sliceOf(t, all, "patients", "p1").SHA256), "..%2f..%2fCURRENT"} {
		b.get(t, "/v1/slices/"+name+".parquet", all).want(t, 404)
	}
}

func TestSlicesOfKeptPublicationsAreGiven(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	old := b.sliceOf(t, key, "patients", "p1")
	b.published(t, map[string]string{"mart.patients": strings.Replace(data()["mart.patients"], "Zoë", "Zoe", 1)})
	if b.sliceOf(t, key, "patients", "p1").SHA256 == old.SHA256 {
		t.Fatal("nothing has changed")
	}
	b.get(t, old.URL, key).want(t, 200)
	b.get(t, old.URL, b.keys.Open(t, archwire.Pseudonymous, "p1")).want(t, 404)
	for range 2 {
		_, err := b.publisher.Collect(t.Context(), 1, 0)
		must(t, err)
	}
	b.get(t, old.URL, key).want(t, 404)
}

func TestSlicesInRanges(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	s := b.sliceOf(t, key, "patients", "p1")
	whole := b.get(t, s.URL, key).want(t, 200).text
	tag := `"` + s.SHA256 + `"`
	for name, x := range map[string]struct {
		header []string
		status int
		text   string
	}{
		"from a byte on":     {[]string{"Range", "bytes=100-"}, 206, whole[100:]},
		"the last":           {[]string{"Range", "bytes=-7"}, 206, whole[len(whole)-7:]},
		"of what I have":     {[]string{"Range", "bytes=100-", "If-Range", tag}, 206, whole[100:]},
		"of something else":  {[]string{"Range", "bytes=100-", "If-Range", `"other"`}, 200, whole},
		"if it is this":      {[]string{"If-Match", tag}, 200, whole},
		"known already":      {[]string{"If-None-Match", `"x", ` + tag}, 304, ""},
		"another one there":  {[]string{"If-None-Match", `"x"`}, 200, whole},
		"in an unknown unit": {[]string{"Range", "lines=1-2"}, 416, ""},
	} {
		r := b.get(t, s.URL, key, x.header...).want(t, x.status)
		if x.status < 400 && r.text != x.text {
			t.Errorf("%s: %d bytes instead of %d", name, len(r.text), len(x.text))
		}
	}
	for status, header := range map[int][]string{412: {"If-Match", `"other"`}, 416: {"Range", "bytes=99999999-"}} {
		r := b.get(t, s.URL, key, header...).want(t, status)
		if r.header.Get("Content-Type") != "application/problem+json" || r.at(t, "hint") == "" && status == 416 || r.header.Get("ETag") != "" {
			t.Errorf("%d: %v %s", status, r.header, r.text)
		}
	}
	if got := b.get(t, s.URL, key, "Range", "bytes=99999999-").header.Get("Content-Range"); got != fmt.Sprintf("bytes */%d", len(whole)) {
		t.Errorf("Content-Range %s", got)
	}
	many := b.get(t, s.URL, key, "Range", "bytes=0-3,10-19").want(t, 206)
	_, params, err := mime.ParseMediaType(many.header.Get("Content-Type"))
	must(t, err)
	parts := multipart.NewReader(strings.NewReader(many.text), params["boundary"])
	for _, want := range []string{whole[:4], whole[10:20]} {
		part, err := parts.NextPart()
		must(t, err)
		got, err := io.ReadAll(part)
		must(t, err)
		if string(got) != want {
			t.Errorf("a range of several is %q, want %q", got, want)
		}
	}
}

func TestSlicesAreDisclosed(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Pseudonymous, "p1")
	s := b.sliceOf(t, key, "patients", "p1")
	listed := b.disclosed(t, ledger.Filter{})
	if len(listed) != 1 || listed[0].Resource != "manifest" || len(listed[0].Parts) != 1 || listed[0].Parts[0].Tenant != "p1" || listed[0].Parts[0].Rows != 1 {
		t.Errorf("entries of a manifest: %+v", listed)
	}
	b.get(t, s.URL, key, "If-None-Match", `"`+s.SHA256+`"`).want(t, 304)
	b.get(t, s.URL, key, "If-Match", `"other"`).want(t, 412)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, b.url+s.URL, nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+key)
	if got := do(t, r).want(t, 200).header.Get("Content-Length"); got != fmt.Sprint(s.Bytes) {
		t.Errorf("HEAD says %s bytes", got)
	}
	if n := len(b.disclosed(t, ledger.Filter{})); n != 1 {
		t.Errorf("%d entries after answers without bytes", n)
	}
	b.get(t, s.URL, key, "Range", "bytes=0-0").want(t, 206)
	got := b.disclosed(t, ledger.Filter{})[1:]
	for i, outcome := range []ledger.Outcome{ledger.Begun, ledger.Sent} {
		e := got[i]
		want := []ledger.Part{{Tenant: "p1", Grant: "grant0", Rows: 3, Slice: s.SHA256}}
		if e.Outcome != outcome || e.Resource != "slice" || e.Name != "patients" || e.Profile != archwire.Pseudonymous || cmp.Diff(want, e.Parts) != "" {
			t.Errorf("entry %+v", e)
		}
	}
	archive := ledger.Archive{Dir: b.ledgerDir, Store: b.objects}
	for patient, want := range map[string]int{"1": 1, "3": 1, "9007199254740993": 0} {
		n := 0
		for _, err := range archive.Who(t.Context(), person(patient)) {
			must(t, err)
			n++
		}
		if n != want {
			t.Errorf("patient %s is in %d entries, want %d", patient, n, want)
		}
	}
}

func TestEmptySlicesAreSharedAndDisclosedForEach(t *testing.T) {
	b := setup(t)
	b.published(t, map[string]string{"mart.patients": data()["mart.patients"] + " where practice_id = 'p1'"})
	key := b.keys.Open(t, archwire.Identified, "p2", "p3")
	one, other := b.sliceOf(t, key, "patients", "p2"), b.sliceOf(t, key, "patients", "p3")
	if one.SHA256 != other.SHA256 || one.Rows != 0 {
		t.Fatalf("slices without rows: %+v %+v", one, other)
	}
	b.get(t, one.URL, key).want(t, 200)
	for _, practice := range []string{"p2", "p3"} {
		n := 0
		for _, e := range b.disclosed(t, ledger.Filter{Tenant: practice}) {
			if e.Resource == "slice" {
				n++
			}
		}
		if n != 2 {
			t.Errorf("%d entries of the slice for %s", n, practice)
		}
	}
	b.get(t, one.URL, b.keys.Open(t, archwire.Identified, "p3")).want(t, 200)
	b.get(t, one.URL, b.keys.Open(t, archwire.Identified, "p1")).want(t, 404)
}

func TestASpoiltSliceIsNeverSent(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	s := b.sliceOf(t, key, "patients", "p1")
	path := b.slicePath(s.SHA256)
	whole, err := os.ReadFile(path)
	must(t, err)
	spoil := func(content []byte) {
		t.Helper()
		must(t, os.Chmod(path, 0o600))
		must(t, os.WriteFile(path, content, 0o600))
	}
	b.get(t, s.URL, key).want(t, 200) // found to be whole
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for _, content := range [][]byte{flipped, whole[:len(whole)-1], {}} {
		spoil(content)
		r := b.get(t, s.URL, key).want(t, 500)
		if r.header.Get("Content-Type") != "application/problem+json" || strings.Contains(r.text, "parquet") || r.header.Get("ETag") != "" {
			t.Errorf("%v %s", r.header, r.text)
		}
	}
	must(t, os.Remove(path))
	b.get(t, s.URL, key).want(t, 500)
	must(t, os.WriteFile(path, whole, 0o600))
	if b.get(t, s.URL, key).want(t, 200).text != string(whole) {
		t.Error("a slice that was mended is another")
	}
}

func TestASliceThatCannotBeWrittenDownIsNotSent(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Ledger = fullLedger{} })
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	pub, err := b.reader.Current(t.Context())
	must(t, err)
	found, err := pub.Slices(t.Context(), b.keys.Scope(t, key, now()), auth.Resource{Dataset: "patients"}, []string{"p1"})
	must(t, err)
	r := b.get(t, "/v1/slices/"+found[0].SHA256+".parquet", key, "Range", "bytes=0-3").want(t, 503)
	if strings.Contains(r.text, "PAR1") || r.header.Get("Content-Range") != "" || r.header.Get("ETag") != "" || r.header.Get("Retry-After") == "" {
		t.Errorf("%v %s", r.header, r.text)
	}
	b.get(t, "/v1/publications/current/manifest", key).want(t, 503)
}
