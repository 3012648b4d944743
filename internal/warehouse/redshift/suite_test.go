package redshift

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object/s3test"
	"archwire/internal/warehouse/duckdb"
	"archwire/internal/warehouse/redshift/redshifttest"
	"archwire/internal/warehouse/warehousetest"
)

// A cluster is a double of Redshift, and a server of S3 that it loads from.
type cluster struct {
	*redshifttest.Server
	s3     *s3test.Server
	bucket string

	mu     sync.Mutex
	places map[string]Config // by folder
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{s3: s3test.Start(t), places: map[string]Config{}}
	for name, value := range s3test.Env() {
		os.Setenv(name, value) //nolint:usetesting,errcheck // tests run side by side, and all want the same
	}
	c.bucket = c.s3.Bucket(t, "staging")
	c.Server = redshifttest.Start(t, redshifttest.Options{S3: c.s3.Endpoint, AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey})
	return c
}

// config is a database and a staging place for each folder.
func (c *cluster) config(t *testing.T, folder string) Config {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.places[folder]; !ok {
		prefix := fmt.Sprintf("/warehouse-%d?", len(c.places))
		c.places[folder] = Config{
			URL: c.Database(t), Staging: strings.Replace(c.bucket, "?", prefix, 1), Memory: "256MB", TempDir: t.TempDir(),
		}
	}
	return c.places[folder]
}

// open opens the warehouse of a folder.
func (c *cluster) open(t *testing.T, folder string) *Warehouse {
	t.Helper()
	return openAs(t, c.config(t, folder), time.Millisecond)
}

// openAs opens a warehouse that waits so long before it tries again, for a test.
func openAs(t *testing.T, config Config, wait time.Duration) *Warehouse {
	t.Helper()
	w, err := Open(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	w.firstWait = wait
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// opener opens warehouses of a cluster that ends with the test, or of the one that the
// environment names.
func opener(t *testing.T) warehousetest.Opener {
	t.Helper()
	if open, ok := realOpener(t); ok {
		return open
	}
	c := newCluster(t)
	return func(t *testing.T, folder string) archwire.Warehouse {
		t.Helper()
		return c.open(t, folder)
	}
}

// limits are what Redshift does not hold, by its documentation and not by what this
// package refuses (Character types; VARBYTE type; Numeric types, Floating-point types;
// Datetime types).
// Sizes are small: every row passes through a file, the double and PostgreSQL.
var limits = warehousetest.Limits{Parallel: true, LongText: 65535, LongBytes: 32767, Rows: 20_000, Histories: 12, Refuses: func(t archwire.Type, v any) bool {
	const day = 24 * 60 * 60 * 1_000_000
	switch v := v.(type) {
	case float32:
		f := float64(v)
		return f != f || math.IsInf(f, 0) || f == 0 && math.Signbit(f) || f != 0 && math.Abs(f) < 1.1754943508222875e-38
	case float64:
		return v != v || math.IsInf(v, 0) || v == 0 && math.Signbit(v) || v != 0 && math.Abs(v) < 2.2250738585072014e-308
	case string:
		return t.Kind != archwire.Decimal && (strings.Contains(v, "\x00") || len(v) > 65535 || t.Kind == archwire.UUID && len(v) > 36)
	case []byte:
		return len(v) > 32767
	case int32: // a day
		return t.Kind == archwire.Date && (v < -719_162 || v > 2_932_896)
	case int64:
		switch t.Kind { //nolint:exhaustive // the others hold all numbers
		case archwire.Time:
			return v == day
		case archwire.Timestamp, archwire.TimestampTZ:
			return v < -719_162*day || v >= 2_932_897*day
		}
	}
	return false
}}

func TestWarehouse(t *testing.T) {
	t.Parallel()
	warehousetest.RunWithin(t, opener(t), limits)
}

func TestSlices(t *testing.T) {
	t.Parallel()
	warehousetest.RunSlicesWithin(t, opener(t), func(t *testing.T) archwire.SliceReader {
		t.Helper()
		r, err := duckdb.OpenReader(context.Background(), duckdb.ReaderConfig{Memory: "500MB", Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { closeIt(t, r) })
		return r
	}, limits)
}
