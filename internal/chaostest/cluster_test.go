package chaostest

import (
	"path/filepath"
	"testing"

	"archwire/internal/object/s3test"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// A redshiftCluster is a warehouse that is not the project's own file: Redshift's double, and
// the S3 server by which rows come and go. Both outlive the processes that are killed.
type redshiftCluster struct {
	double *redshifttest.Server
	s3     *s3test.Server
	config string // of archwire.yaml
}

// startCluster starts the servers. Processes that are started from here on find the
// way to them in their environment.
func startCluster(t *testing.T) *redshiftCluster {
	t.Helper()
	s3test.Login(t)
	c := &redshiftCluster{s3: s3test.Start(t)}
	c.double = redshifttest.Start(t, redshifttest.Options{S3: c.s3.Endpoint, AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey})
	t.Setenv("WAREHOUSE_URL", c.double.Database(t))
	c.config = `warehouse: {engine: redshift, url: "${WAREHOUSE_URL}", staging: "` + c.s3.Bucket(t, "staging") + `", role: default, memory: 512MB}`
	return c
}

// configure puts the project in a folder onto the cluster; without one it stays on the
// embedded warehouse.
func (c *redshiftCluster) configure(t *testing.T, folder string) {
	t.Helper()
	if c != nil {
		rewrite(t, filepath.Join(folder, configFile), "warehouse: {engine: duckdb, path: data/warehouse.duckdb, memory: 512MB}", c.config)
	}
}
