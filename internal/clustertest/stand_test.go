package clustertest

import (
	"cmp"
	"os"
	"strconv"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/capacity/capacitytest"
	"archwire/internal/demo"
	"archwire/internal/object"
	"archwire/internal/object/s3test"
	"archwire/internal/producttest"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// A stand is the reference project twice, on the same two databases: on the embedded
// warehouse with its store in a folder, and on Redshift's double with its store in S3.
type stand struct {
	embedded, cluster *producttest.Product
	double            *redshifttest.Server
	s3                *s3test.Server
	store             string // the cluster's
}

// newStand, of which there is one a process, makes the databases, the servers and both projects. Nothing has run yet.
func newStand(t *testing.T, size demo.Size) *stand {
	t.Helper()
	s := &stand{embedded: producttest.New(t), s3: s3test.Start(t)}
	if _, err := demo.Create(t.Context(), s.embedded.RCM, s.embedded.PMS, size, nil); err != nil {
		t.Fatalf("making the demo databases: %v", err)
	}
	s.double = redshifttest.Start(t, redshifttest.Options{S3: s.s3.Endpoint, AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey})
	plane.AddCluster("nightly", "ra3.large", 3)
	s.store = s.s3.Bucket(t, "published")
	s.cluster = s.embedded.Beside(t, map[string]string{
		"warehouse: {engine: duckdb, path: data/warehouse.duckdb, memory: 2GB}": onRedshift(s.s3.Bucket(t, "staging"), "512MB"),
		"store: file:data/store": "store: " + s.store + "\ncapacity: {cluster: nightly, region: " + capacitytest.Region + ", load: {nodes: 6}, serve: {nodes: 3}}",
	}, map[string]string{"WAREHOUSE_URL": s.double.Database(t)})
	return s
}

// onRedshift is what archwire.yaml says of a warehouse on Redshift.
func onRedshift(staging, memory string) string {
	return "warehouse: {engine: redshift, url: \"${WAREHOUSE_URL}\", staging: \"" + staging + "\", role: default, memory: " + memory + "}"
}

// night advances both databases by one business day.
func (s *stand) night(t *testing.T) demo.Summary {
	t.Helper()
	summary, err := demo.Night(t.Context(), s.embedded.RCM, s.embedded.PMS)
	if err != nil {
		t.Fatalf("advancing the databases: %v", err)
	}
	return summary
}

// size is that of the databases: small, unless the environment says otherwise.
func size(t *testing.T) demo.Size {
	t.Helper()
	return demo.Size{
		Practices: setting(t, "CLUSTERTEST_PRACTICES", 2), Months: setting(t, "CLUSTERTEST_MONTHS", 2), Seed: 6,
		AsOf: archwire.Day("2026-11-20").Time(),
	}
}

// setting is a number that the environment may set.
func setting(t *testing.T, name string, otherwise int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(name), strconv.Itoa(otherwise)))
	if err != nil || n < 1 {
		t.Fatalf("%s=%s is not a number of at least 1", name, os.Getenv(name))
	}
	return n
}

// objects is the store at a URL, or in the folder of a product.
func objects(t *testing.T, p *producttest.Product, store string) object.Store {
	t.Helper()
	if !strings.HasPrefix(store, "s3:") {
		store = "file:" + p.Dir + "/data/store"
	}
	o, err := object.Open(store)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
