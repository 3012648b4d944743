package cli_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"archwire/internal/object/s3test"
	"archwire/internal/warehouse/redshift/redshifttest"
)

type clusterKey struct{}

// startCluster is `cluster`: it starts a double of Redshift and a server of S3. A database
// of the one becomes $WAREHOUSE_URL, a bucket of the other $STAGING, and the script gets
// the credentials of both.
func startCluster(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: cluster")
	}
	tb := ts.Value(clusterKey{}).(testing.TB)
	s3 := s3test.Start(tb)
	double := redshifttest.Start(tb, redshifttest.Options{S3: s3.Endpoint, AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey})
	ts.Setenv("WAREHOUSE_URL", double.Database(tb))
	ts.Setenv("STAGING", s3.Bucket(tb, "staging"))
	for name, value := range s3test.Env() {
		ts.Setenv(name, value)
	}
}
