package redshift_test

import (
	"context"
	"path"
	"strings"
	"sync"
	"testing"

	"archwire"
	"archwire/internal/object/s3test"
	"archwire/internal/warehouse/redshift"
	"archwire/internal/warehouse/redshift/redshifttest"
	"archwire/internal/warehouse/warehousetest"
)

// A cluster is a double of Redshift and a server of S3 for it.
type cluster struct {
	*redshifttest.Server
	s3 *s3test.Server

	mu        sync.Mutex
	databases map[string]redshift.Config // by folder
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	s3test.Login(t)
	c := &cluster{s3: s3test.Start(t), databases: map[string]redshift.Config{}}
	c.s3.Bucket(t, "staging")
	c.Server = redshifttest.Start(t, redshifttest.Options{S3: c.s3.Endpoint, AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey})
	return c
}

// config is that of a warehouse of its own for a folder.
func (c *cluster) config(t *testing.T, folder string) redshift.Config {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.databases[folder]; !ok {
		c.databases[folder] = redshift.Config{
			URL:     c.Database(t),
			Staging: strings.Replace(c.s3.URL("staging"), "?", "/"+strings.ToLower(path.Base(path.Dir(folder))+path.Base(folder))+"?", 1),
			TempDir: t.TempDir(),
		}
	}
	return c.databases[folder]
}

func (c *cluster) open(t *testing.T, folder string) archwire.Warehouse {
	t.Helper()
	w, err := redshift.Open(context.Background(), c.config(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() }) //nolint:errcheck // closed for the second time, most often
	return w
}

func TestWarehouse(t *testing.T) {
	c := newCluster(t)
	warehousetest.Run(t, c.open)
}
