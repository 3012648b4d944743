package redshift

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/warehouse/warehousetest"
)

// A realCluster is a cluster of Amazon Redshift that the suites are to run on, as its
// owner names it in the environment (docs/compatibility.md).
type realCluster struct {
	url     string // of a database from which others may be made: ARCHWIRE_TEST_REDSHIFT
	staging string // ARCHWIRE_TEST_REDSHIFT_STAGING
	role    string // ARCHWIRE_TEST_REDSHIFT_ROLE
}

func namedCluster() (realCluster, bool) {
	c := realCluster{os.Getenv("ARCHWIRE_TEST_REDSHIFT"), os.Getenv("ARCHWIRE_TEST_REDSHIFT_STAGING"), os.Getenv("ARCHWIRE_TEST_REDSHIFT_ROLE")}
	return c, c.url != ""
}

// opener opens a database of its own, and a folder of the staging place, for each folder.
// Both are gone when the test ends: a cluster has 60 databases at most (Cluster
// Management Guide, Quotas and limits).
func (c realCluster) opener() warehousetest.Opener {
	configs := map[string]Config{}
	return func(t *testing.T, folder string) archwire.Warehouse {
		t.Helper()
		config, ok := configs[folder]
		if !ok {
			config = c.config(t)
			configs[folder] = config
		}
		w, err := Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { closeIt(t, w) })
		return w
	}
}

// config makes a database.
func (c realCluster) config(t *testing.T) Config {
	t.Helper()
	name := "archwire_test_" + strings.ToLower(rand.Text())
	outer, err := Open(t.Context(), Config{URL: c.url, Staging: c.staging, Role: c.role, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := outer.do(context.Background(), "DROP DATABASE "+name)
		if err := errors.Join(err, outer.Close()); err != nil {
			t.Error(err)
		}
	})
	if err := outer.do(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(c.url)
	if err != nil {
		t.Fatal("ARCHWIRE_TEST_REDSHIFT is no URL")
	}
	u.Path = "/" + name
	staging, options, _ := strings.Cut(c.staging, "?")
	if options != "" {
		options = "?" + options
	}
	return Config{URL: u.String(), Staging: strings.TrimSuffix(staging, "/") + "/" + name + options, Role: c.role, Memory: "256MB", TempDir: t.TempDir()}
}

// do runs a statement in a session of its own.
func (w *Warehouse) do(ctx context.Context, statement string) error {
	return w.session(ctx, func(l link) error {
		_, err := l.exec(ctx, statement)
		return err
	})
}
