package redshift

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"archwire"
)

// The variables by which the suites run on a cluster or workgroup of Redshift instead
// of the double: the URL of a database of it, as warehouse.url takes it, whose user may
// make databases; a place in S3; and the role, which is the default one if there is none.
const (
	realURL     = "ARCHWIRE_TEST_REDSHIFT"
	realStaging = "ARCHWIRE_TEST_REDSHIFT_STAGING"
	realRole    = "ARCHWIRE_TEST_REDSHIFT_ROLE"
)

// A realCluster is one that is there already. Each folder of a test gets a database of
// its own, which is dropped behind it.
type realCluster struct {
	url, staging, role string

	mu     sync.Mutex
	places map[string]Config // by folder
}

// realOpener opens warehouses of the cluster that the environment names. ok is false
// if it names none.
func realOpener(t *testing.T) (open func(*testing.T, string) archwire.Warehouse, ok bool) {
	t.Helper()
	c := &realCluster{url: os.Getenv(realURL), staging: os.Getenv(realStaging), role: os.Getenv(realRole), places: map[string]Config{}}
	if c.url == "" {
		return nil, false
	}
	if c.staging == "" {
		t.Fatalf("%s is set, and %s is not: s3://BUCKET/PREFIX", realURL, realStaging)
	}
	return func(t *testing.T, folder string) archwire.Warehouse {
		t.Helper()
		return openAs(t, c.config(t, folder), firstWait)
	}, true
}

// config is a database and a staging place for a folder.
func (c *realCluster) config(t *testing.T, folder string) Config {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.places[folder]; ok {
		return known
	}
	name := "archwire_test_" + strings.ToLower(rand.Text()[:12])
	c.exec(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { c.exec(t, "DROP DATABASE "+name) })
	config := Config{URL: withDatabase(t, c.url, name), Staging: withPrefix(c.staging, name), Role: c.role, Memory: "256MB", TempDir: t.TempDir()}
	c.places[folder] = config
	return config
}

// exec runs a statement in the database of the environment. No transaction is around
// it, which CREATE DATABASE refuses.
func (c *realCluster) exec(t *testing.T, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	p, err := parseURL(c.url)
	if err != nil {
		t.Fatal(err)
	}
	from, err := loginTo(ctx, p)
	if err != nil {
		t.Fatal(err)
	}
	sessions := newPool(p, &keptLogin{from: from, now: time.Now})
	defer sessions.close(ctx)
	err = sessions.with(ctx, func(s *session) error {
		_, err := s.exec(ctx, statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// withDatabase is a warehouse's URL with another database.
func withDatabase(t *testing.T, raw, name string) string {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatalf("%s is not readable", realURL)
	}
	u.Path = "/" + name
	return u.String()
}

// withPrefix is a place in S3 below another.
func withPrefix(place, name string) string {
	at, query, options := strings.Cut(place, "?")
	at = strings.TrimSuffix(at, "/") + "/" + name
	if options {
		at += "?" + query
	}
	return at
}

func TestRealCluster_Places(t *testing.T) {
	t.Parallel()
	const login = "redshift://me:secret@host:5439/dev?region=eu-west-1"
	if got, want := withDatabase(t, login, "x"), "redshift://me:secret@host:5439/x?region=eu-west-1"; got != want {
		t.Errorf("the database is %s, want %s", got, want)
	}
	for place, want := range map[string]string{"s3://b": "s3://b/x", "s3://b/p/?region=r": "s3://b/p/x?region=r"} {
		if got := withPrefix(place, "x"); got != want {
			t.Errorf("below %s lies %s, want %s", place, got, want)
		}
	}
}
