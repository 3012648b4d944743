package cli_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"archwire/internal/capacity/capacitytest"
	"archwire/internal/object/s3test"
)

// A controlPlane is the double of Amazon Redshift's that a script started.
type controlPlane struct {
	tb     testing.TB
	double *capacitytest.Server
}

type planeKey struct{}

// plane is
//
//	plane cluster NAME TYPE NODES    starts the double with a cluster, whose requests move its clock
//	plane workgroup NAME BASE LIMIT  the same with a workgroup of Serverless
//	plane nodes NAME NODES           fails unless the cluster has so many; 0 of one that is paused
//	plane hang NAME | go NAME        has the next resize not end, or end again
//	plane fail ACTION AFTER          has an action answered by an error, once, after so many that pass
//	plane calls ACTION...            prints what was asked
func plane(ts *testscript.TestScript, neg bool, args []string) {
	p := ts.Value(planeKey{}).(*controlPlane)
	number := func(i int) int {
		n, err := strconv.Atoi(args[i])
		ts.Check(err)
		return n
	}
	switch verb := fmt.Sprintf("%s/%d", args[0], len(args)); {
	case neg:
		ts.Fatalf("plane cannot be negated")
	case verb == "cluster/4" || verb == "workgroup/4":
		if p.double == nil {
			var url string
			p.double, url = capacitytest.Start(p.tb, time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC))
			p.double.AdvanceBy(10 * time.Minute)
			p.double.Admit(s3test.AccessKey)
			for name, value := range capacitytest.Env(url) {
				if ts.Getenv(name) == "" { // those of S3 serve for both
					ts.Setenv(name, value)
				}
			}
		}
		if args[0] == "cluster" {
			p.double.AddCluster(args[1], args[2], number(3))
		} else {
			p.double.AddWorkgroup(args[1], number(2), number(3))
		}
	case verb == "nodes/3":
		if got := p.double.Nodes(args[1]); got != number(2) {
			ts.Fatalf("%s has %d nodes and is %s", args[1], got, p.double.Status(args[1]))
		}
	case verb == "hang/2" || verb == "go/2":
		p.double.Hang(args[1], args[0] == "hang")
	case verb == "fail/3":
		p.double.FailLater(args[1], capacitytest.AccessDenied, number(2))
	case args[0] == "calls":
		fmt.Fprintln(ts.Stdout(), strings.Join(p.double.Calls(args[1:]...), "\n"))
	default:
		ts.Fatalf("usage: see the comment of plane")
	}
}
