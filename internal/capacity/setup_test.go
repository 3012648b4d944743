package capacity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/capacity/capacitytest"
	"archwire/internal/capacity/redshift"
)

var (
	night     = time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC)
	analytics = capacity.Place{Cluster: "analytics", Region: capacitytest.Region}
)

// A bundle is a manager over the double, by the clients of AWS. Waiting moves the double's clock.
type bundle struct {
	*capacity.Manager

	double *capacitytest.Server
	state  capacity.Leases
	told   []string
	waited func() // after each wait; may be nil
}

func setup(t *testing.T) *bundle {
	t.Helper()
	return setupOn(t, &memory{})
}

func setupOn(t *testing.T, leases capacity.Leases) *bundle {
	t.Helper()
	double, url := capacitytest.Start(t, night)
	b := &bundle{double: double, state: leases}
	planes := map[capacity.Place]capacity.ControlPlane{} // each has connections of its own
	b.Manager = &capacity.Manager{
		Open: func(ctx context.Context, p capacity.Place) (plane capacity.ControlPlane, err error) {
			if planes[p] != nil {
				return planes[p], nil
			}
			planes[p], err = redshift.Open(ctx, p, config.WithBaseEndpoint(url), config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }),
				config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(capacitytest.KeyID, capacitytest.SecretKey, "")))
			return planes[p], err
		},
		Leases: b.state, Now: b.double.Now, Tell: func(says string) { b.told = append(b.told, says) },
		Wait: func(ctx context.Context, d time.Duration) error {
			b.double.Advance(d)
			if b.waited != nil {
				b.waited()
			}
			return ctx.Err()
		},
	}
	return b
}

// nightly are the terms of most tests: 6 nodes around a load, 3 otherwise.
func nightly() capacity.Terms {
	return capacity.Terms{Place: analytics, Load: capacity.Shape{Nodes: 6}, Serve: capacity.Shape{Nodes: 3}, Deadline: 45 * time.Minute}
}

// wantLease looks at the lease that is written down; "" is none.
func (b *bundle) wantLease(t *testing.T, holder string, phase capacity.Phase) {
	t.Helper()
	l, found, err := b.state.Lease(context.WithoutCancel(t.Context()))
	if err != nil || found != (holder != "") || l.Holder != holder || l.Phase != phase {
		t.Errorf("the lease is of %q, %s, found %t, %v; want %q, %s", l.Holder, l.Phase, found, err, holder, phase)
	}
}

// wantChanges looks at what was asked of the control plane, and how the cluster is.
func (b *bundle) wantChanges(t *testing.T, nodes int, status string, changes ...string) {
	t.Helper()
	got := b.double.Changes()
	same := len(got) == len(changes)
	for i := range min(len(got), len(changes)) {
		same = same && got[i] == changes[i]
	}
	if !same {
		t.Errorf("asked for %q, want %q", got, changes)
	}
	if n, s := b.double.Nodes("analytics"), b.double.Status("analytics"); n != nodes || s != status {
		t.Errorf("the cluster has %d nodes and is %s; want %d, %s", n, s, nodes, status)
	}
}

func resizeTo(nodes string) string {
	return "ResizeCluster Classic=false ClusterIdentifier=analytics NumberOfNodes=" + nodes
}

func wantCode(t *testing.T, err error, want archwire.Code) {
	t.Helper()
	if got := archwire.CodeOf(err); got != want || err != nil && archwire.HintOf(err) == "" {
		t.Fatalf("%v has code %q and hint %q, want %q", err, got, archwire.HintOf(err), want)
	}
}

// readOnly is a probe that asks the double.
func (b *bundle) readOnly(context.Context) error {
	if b.double.Writable("analytics") {
		return nil
	}
	return &archwire.Error{Code: archwire.Unavailable, Message: "the warehouse is read-only", Err: errors.New("25006")}
}
