// Package clustertest runs projects whose warehouse is Amazon Redshift from end to
// end, against redshifttest's double of it and a real server of S3, beside the same
// projects on the embedded warehouse: what they publish must be the same, byte for
// byte, however it was computed.
package clustertest

import (
	"os"
	"testing"
	_ "time/tzdata" // as the program does

	"archwire/internal/object/s3test"
	"archwire/internal/testproc"
)

// beArchwire is the variable by which the test binary is told to be the product.
const beArchwire = "CLUSTERTEST_BE_ARCHWIRE"

// TestMain makes the test binary the product when it is told to, and gives all
// projects of the tests the credentials of the S3 server.
func TestMain(m *testing.M) {
	if os.Getenv(beArchwire) != "" {
		testproc.Archwire("")
	}
	for name, value := range s3test.Env() {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
