// Package clustertest runs projects whose warehouse is Amazon Redshift from end to
// end, against redshifttest's double of it and a real server of S3, beside the same
// projects on the embedded warehouse: what they publish must be the same, byte for
// byte, however it was computed.
package clustertest

import (
	"net/http/httptest"
	"os"
	"testing"
	"time"
	_ "time/tzdata" // as the program does

	"archwire/internal/capacity/capacitytest"
	"archwire/internal/object/s3test"
	"archwire/internal/testproc"
)

// beArchwire is the variable by which the test binary is told to be the product.
const beArchwire = "CLUSTERTEST_BE_ARCHWIRE"

// plane is the double of Redshift's control plane that all projects of this process
// ask. Each request moves its clock, so that a resize takes a few of them.
var plane = capacitytest.New(clock())

// TestMain makes the test binary the product when it is told to, and gives all
// projects of the tests the credentials of the S3 server, which the control plane
// takes, too, and the way to that.
func TestMain(m *testing.M) {
	if os.Getenv(beArchwire) != "" {
		testproc.Archwire("")
	}
	server := httptest.NewServer(plane)
	plane.AdvanceBy(10 * time.Minute)
	plane.Admit(s3test.AccessKey)
	env := s3test.Env()
	env["AWS_ENDPOINT_URL_REDSHIFT"] = server.URL
	for name, value := range env {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	status := m.Run()
	server.Close()
	os.Exit(status)
}
