package serve_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/object/s3test"
	"archwire/internal/publish"
	"archwire/internal/pull"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/serve/ledger"
)

// linking serves a store in a real S3, by links.
func linking(t *testing.T, change ...func(*serve.Config)) *bundle {
	t.Helper()
	s3test.Login(t)
	b := setup(t)
	must(t, b.stop())
	objects, err := object.Open(s3test.Start(t).Bucket(t, "clinic"))
	must(t, err)
	dir := t.TempDir()
	store := publish.NewCachedStore(objects, object.NewCache(filepath.Join(dir, "cache"), 1<<30, now))
	if !store.Links() {
		t.Fatal("the store gives no links")
	}
	b.objects, b.ledgerDir, b.publisher.Store = objects, filepath.Join(dir, "ledger"), store
	b.reader = publish.OpenReader(store, b.slices).Keyed(pseudonymSecret).ListingEvery(time.Millisecond)
	taken, err := ledger.Open(t.Context(), ledger.Config{Dir: b.ledgerDir, Store: objects, Now: now, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { must(t, taken.Close()) })
	cfg := serve.Config{
		Reader: b.reader, Authorizer: auth.NewAuthorizer(b.keys, now), Ledger: taken, PersonSecret: personSecret, Log: slog.New(slog.NewTextHandler(b.log, nil)), Now: now,
		Listen: "127.0.0.1:0", SliceLinks: true, Rate: 1e6, Burst: 1e6, Grace: 10 * time.Second,
	}
	for _, f := range change {
		f(&cfg)
	}
	b.start(t, cfg)
	return b
}

// prefer asks for a link, and follows none.
func (b *bundle) prefer(t *testing.T, path, key string, header ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+path, nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Accept-Encoding", "identity")
	r.Header.Set("Prefer", "link")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return doWith(t, stay, r)
}

// fetched asks the store for what a link leads to: anew when the link has run out on the way.
func (b *bundle) fetched(t *testing.T, path, key string, header ...string) reply {
	t.Helper()
	const often = 20
	for range often {
		link := b.prefer(t, path, key).want(t, 307).header.Get("Location")
		if r := fetch(t, link, header...); r.status != http.StatusForbidden {
			return r
		}
	}
	t.Fatalf("%d links ran out before they could be used", often)
	return reply{}
}

func fetch(t *testing.T, link string, header ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)
	must(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return do(t, r)
}

func TestLinksLeadToTheBytes(t *testing.T) {
	b := linking(t)
	b.placed(t)
	for name, key := range map[string]string{ // slices that were published, and slices made for a client
		"published": b.keys.Open(t, archwire.Identified, "p1"),
		"made":      b.keys.Mint(t, named("one"), auth.Grant{Tenant: "p1", Profile: archwire.Pseudonymous, Locations: []string{"north"}}),
	} {
		for _, s := range b.slicesOf(t, key, "") {
			got := b.fetched(t, s.URL, key).want(t, 200)
			if sum := sha256.Sum256([]byte(got.text)); hex.EncodeToString(sum[:]) != s.SHA256 || got.text != b.get(t, s.URL, key).want(t, 200).text {
				t.Errorf("%s: the link to %+v leads to %d bytes", name, s, len(got.text))
			}
			if part := b.fetched(t, s.URL, key, "Range", "bytes=10-19").want(t, 206); part.text != got.text[10:20] {
				t.Errorf("%s: a range of %+v is %q", name, s, part.text)
			}
		}
	}
	if strings.Contains(b.log.String(), "X-Amz") {
		t.Error("a link is in the log")
	}
}

func TestLinksAreGivenToWhoPrefersThem(t *testing.T) {
	b := linking(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	s := b.sliceOf(t, key, "patients", "p1")
	tag := `"` + s.SHA256 + `"`
	if r := b.prefer(t, s.URL, key).want(t, 307); r.text != "" || r.header.Get("Cache-Control") != "no-store" || r.header.Get("Preference-Applied") != "link" ||
		r.header.Get("ETag") != "" || strings.Contains(r.header.Get("Location"), key) {
		t.Errorf("a link comes with %v %q", r.header, r.text)
	}
	whole := b.get(t, s.URL, key).want(t, 200).text
	for name, x := range map[string]struct {
		header []string
		status int
	}{
		"no wish":             {[]string{"Prefer", ""}, 200},
		"another wish":        {[]string{"Prefer", "respond-async, links"}, 200},
		"known already":       {[]string{"If-None-Match", tag}, 304},
		"another one there":   {[]string{"If-None-Match", `"x"`}, 307},
		"from a byte on":      {[]string{"Range", "bytes=100-", "If-Range", tag}, 307},
		"of something else":   {[]string{"Range", "bytes=100-", "If-Range", `"x"`}, 200},
		"if it is this":       {[]string{"If-Match", tag}, 200},
		"if it is another":    {[]string{"If-Match", `"x"`}, 412},
		"ranges":              {[]string{"Range", "bytes=0-1,4-5"}, 206},
		"by when it was made": {[]string{"If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"}, 200},
	} {
		r := b.prefer(t, s.URL, key, x.header...).want(t, x.status)
		if x.status == 200 && r.text != whole {
			t.Errorf("%s: %d bytes instead of %d", name, len(r.text), len(whole))
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, b.url+s.URL, nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Prefer", "link")
	if got := do(t, r).want(t, 200).header.Get("Content-Length"); got != fmt.Sprint(s.Bytes) {
		t.Errorf("HEAD says %s bytes", got)
	}
	plain := setup(t) // a server that gives none sends the bytes
	plain.published(t, nil)
	key = plain.keys.Open(t, archwire.Identified, "p1")
	plain.prefer(t, plain.sliceOf(t, key, "patients", "p1").URL, key).want(t, 200)
}

func TestLinksAreDisclosedFirst(t *testing.T) {
	b := linking(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Pseudonymous, "p1")
	s := b.sliceOf(t, key, "patients", "p1")
	before := len(b.disclosed(t, ledger.Filter{}))
	b.prefer(t, s.URL, key, "Range", "bytes=0-0", "X-Request-Id", "the-link").want(t, 307) // and is not followed
	all := b.disclosed(t, ledger.Filter{})
	if len(all) != before+1 {
		t.Fatalf("%d entries of a link", len(all)-before)
	}
	e := all[before]
	want := []ledger.Part{{Tenant: "p1", Grant: "grant0", Rows: 3, Slice: s.SHA256}}
	if e.Outcome != ledger.Signed || e.Request != "the-link" || e.Resource != "slice" || e.Name != "patients" || e.Query != "" || cmp.Diff(want, e.Parts) != "" {
		t.Errorf("the entry of a link is %+v", e)
	}
	archive := ledger.Archive{Dir: b.ledgerDir, Store: b.objects}
	found := 0
	for _, err := range archive.Who(t.Context(), person("1")) {
		must(t, err)
		found++
	}
	if found != 1 {
		t.Errorf("a patient of the slice is found in %d entries", found)
	}

	full := linking(t, func(c *serve.Config) { c.Ledger = fullLedger{} })
	full.published(t, nil)
	key = full.keys.Open(t, archwire.Identified, "p1")
	pub, err := full.reader.Current(t.Context())
	must(t, err)
	slices, err := pub.Slices(t.Context(), full.keys.Scope(t, key, now()), auth.Resource{Dataset: "patients"}, []string{"p1"})
	must(t, err)
	if r := full.prefer(t, "/v1/slices/"+slices[0].SHA256+".parquet", key).want(t, 503); r.header.Get("Location") != "" {
		t.Error("a link that could not be written down was given")
	}
}

func TestLinksEndWithWhatOpensThem(t *testing.T) {
	b := linking(t)
	b.published(t, nil)
	key := b.keys.Mint(t, named("one"), auth.Grant{ID: "patients", Tenant: "p1", Profile: archwire.Identified, Datasets: []string{"patients"}},
		auth.Grant{ID: "rest", Tenant: "p1", Profile: archwire.Aggregate})
	s, rest := b.sliceOf(t, key, "patients", "p1"), b.sliceOf(t, key, "balances", "p1")
	other := b.keys.Open(t, archwire.Identified, "p2")
	never := b.prefer(t, "/v1/slices/"+strings.Repeat("0", 64)+".parquet", other, "X-Request-Id", "x").want(t, 404)
	if r := b.prefer(t, s.URL, other, "X-Request-Id", "x").want(t, 404); r.text != never.text || r.header.Get("Location") != "" {
		t.Errorf("another caller is answered %s instead of %s", r.text, never.text)
	}
	old := b.prefer(t, s.URL, key).want(t, 307).header.Get("Location")
	b.keys.Revoke(now(), func(g auth.Grant) bool { return g.ID == "patients" }, nil)
	b.prefer(t, s.URL, key).want(t, 404) // at once, though the key was known a moment ago
	b.prefer(t, rest.URL, key).want(t, 307)
	b.keys.Revoke(now(), nil, func(auth.Key) bool { return true })
	if r := b.prefer(t, rest.URL, key).want(t, 401); r.header.Get("WWW-Authenticate") == "" {
		t.Error("a key that is no good is not asked for a better one")
	}
	u, err := url.Parse(old)
	must(t, err)
	signed, err := time.Parse("20060102T150405Z", u.Query().Get("X-Amz-Date"))
	must(t, err)
	if u.Query().Get("X-Amz-Expires") != "1" {
		t.Errorf("a link lasts %s s", u.Query().Get("X-Amz-Expires"))
	}
	for time.Now().Before(signed.Add(1100 * time.Millisecond)) { // the store's clock is this machine's
		time.Sleep(50 * time.Millisecond)
	}
	fetch(t, old).want(t, 403)
}

// What a link leads to counts as sent.
func TestLinksCountAmongTheBytesOfAnHour(t *testing.T) {
	b := linking(t, func(c *serve.Config) { c.HourlyBytes = 20_000 })
	b.published(t, map[string]string{"mart.patients": `select 'p1' as practice_id, i as patient_id, date '2026-10-01' as added_on, 1::integer as wait_days,
		md5(i::text) as full_name, timestamptz '2026-10-01 08:00:00+00' as seen_at, '{}' as extra from range(1000) r(i)`})
	key := b.keys.Open(t, archwire.Identified, "p1")
	s := b.sliceOf(t, key, "patients", "p1")
	if s.Bytes < 20_000 {
		t.Fatalf("the slice has %d bytes", s.Bytes)
	}
	b.prefer(t, s.URL, key).want(t, 307)
	if r := b.prefer(t, s.URL, key).want(t, 429); r.at(t, "limit") != "bytes" {
		t.Errorf("after a link: %s", r.text)
	}
}

// A pull fetches what is large from the store, and never shows it the key.
func TestPullFetchesByLinks(t *testing.T) {
	b := linking(t)
	b.published(t, map[string]string{"mart.patients": `select 'p1' as practice_id, i as patient_id, date '2026-10-01' as added_on, 1::integer as wait_days,
		md5(i::text) || md5((-i)::text) as full_name, timestamptz '2026-10-01 08:00:00+00' as seen_at, '{}' as extra from range(40000) r(i)`})
	key := b.keys.Mint(t, named("partner"), authtest.Everything(archwire.Identified, "p1")...)
	large := b.sliceOf(t, key, "patients", "p1")
	if large.Bytes < 1<<20 {
		t.Fatalf("the slice has %d bytes", large.Bytes)
	}
	shown, dir := &shownCredential{secret: key}, filepath.Join(t.TempDir(), "mirror")
	client, err := pull.NewClient(pull.ClientConfig{URL: b.url, Credential: shown})
	must(t, err)
	folder, err := pull.OpenFolder(dir)
	must(t, err)
	_, err = pull.Run(t.Context(), pull.Config{Client: client, Target: folder, Work: folder.Work(), Told: func(pull.Step) {}})
	must(t, err)
	got, err := os.ReadFile(filepath.Join(dir, "current", "patients", "p1.parquet"))
	must(t, err)
	if want := b.get(t, large.URL, key).want(t, 200).text; !bytes.Equal(got, []byte(want)) {
		t.Errorf("%d bytes were pulled instead of %d", len(got), len(want))
	}
	signed := map[string]int{}
	for _, e := range b.disclosed(t, ledger.Filter{Client: "partner"}) {
		if e.Outcome == ledger.Signed {
			signed[e.Name]++
		}
	}
	if signed["patients"] == 0 || len(signed) != 1 {
		t.Errorf("links by dataset: %v", signed)
	}
	if host := shown.to.Load(); host == nil || *host != strings.TrimPrefix(b.url, "http://") {
		t.Errorf("the key was last shown to %v", host)
	}
}

// shownCredential remembers whom it was shown.
type shownCredential struct {
	secret string
	to     atomic.Pointer[string]
}

func (s *shownCredential) Show(_ context.Context, r *http.Request) error {
	r.Header.Set("Authorization", "Bearer "+s.secret)
	s.to.Store(&r.URL.Host)
	return nil
}

func (*shownCredential) Refused() bool { return false }
