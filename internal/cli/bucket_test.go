package cli_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"archwire/internal/object/s3test"
)

// A bucketServer is the server of S3 that a script started.
type bucketServer struct {
	tb     testing.TB
	server *s3test.Server
}

type bucketKey struct{}

// bucket is `bucket NAME`: it starts a server of S3 with a bucket of that name, in
// the folder $BUCKETS. $S3 becomes its address, and the script gets its credentials.
// `bucket kill` and `bucket restart` end and begin the server.
func bucket(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: bucket NAME|kill|restart")
	}
	b := ts.Value(bucketKey{}).(*bucketServer)
	switch args[0] {
	case "kill":
		b.server.Kill()
	case "restart":
		b.server.Restart(b.tb)
	default:
		b.server = s3test.Start(b.tb)
		b.server.Bucket(b.tb, args[0])
		ts.Setenv("S3", b.server.Endpoint)
		ts.Setenv("BUCKETS", b.server.Folder)
		for name, value := range s3test.Env() {
			ts.Setenv(name, value)
		}
	}
}
