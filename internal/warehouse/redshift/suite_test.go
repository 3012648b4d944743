package redshift

import (
	"context"
	"os"
	"sync"
	"testing"

	"archwire"
	"archwire/internal/object/s3test"
	"archwire/internal/warehouse/duckdb"
	"archwire/internal/warehouse/redshift/redshifttest"
	"archwire/internal/warehouse/warehousetest"
)

// opener opens the warehouse of a folder: a database of the double and a prefix of the
// staging bucket.
func opener(t *testing.T) warehousetest.Opener {
	t.Helper()
	store := s3test.Start(t)
	for name, value := range s3test.Env() {
		os.Setenv(name, value) //nolint:usetesting // tests run side by side, and all want the same
	}
	bucket := store.Bucket(t, "staging")
	server := redshifttest.Start(t, redshifttest.Options{S3: store.Endpoint, AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey})
	var mu sync.Mutex
	urls := map[string]string{}
	return func(t *testing.T, folder string) archwire.Warehouse {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if urls[folder] == "" {
			urls[folder] = server.Database(t)
		}
		w, err := Open(context.Background(), Config{URL: urls[folder], Staging: bucket, Memory: "256MB", TempDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		w.firstWait = 0
		t.Cleanup(func() {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		})
		return w
	}
}

func TestWarehouse(t *testing.T) { warehousetest.Run(t, opener(t)) }

func TestSlices(t *testing.T) {
	warehousetest.RunSlices(t, opener(t), func(t *testing.T) archwire.SliceReader {
		t.Helper()
		r, err := duckdb.OpenReader(context.Background(), duckdb.ReaderConfig{Memory: "500MB", Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { closeIt(t, r) })
		return r
	})
}
