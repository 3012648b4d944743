package redshift_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/capacity/capacitytest"
	"archwire/internal/capacity/redshift"
)

var night = time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC)

// open is the control plane of a place at a double, without the client's own patience.
func open(t *testing.T, p capacity.Place, url string, more ...redshift.Option) capacity.ControlPlane {
	t.Helper()
	plane, err := redshift.Open(t.Context(), p, append([]redshift.Option{
		config.WithBaseEndpoint(url), config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(capacitytest.KeyID, capacitytest.SecretKey, "")),
	}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return plane
}

func aCluster(t *testing.T, kind string, nodes int) (*capacitytest.Server, capacity.ControlPlane) {
	t.Helper()
	s, url := capacitytest.Start(t, night)
	s.AddCluster("analytics", kind, nodes)
	return s, open(t, capacity.Place{Cluster: "analytics", Region: capacitytest.Region}, url)
}

// status is Status, of which only the named parts are looked at.
func status(t *testing.T, plane capacity.ControlPlane) capacity.Status {
	t.Helper()
	got, err := plane.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func wantStatus(t *testing.T, plane capacity.ControlPlane, want capacity.Status) {
	t.Helper()
	if diff := cmp.Diff(want, status(t, plane)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestResize_IsSeenFromItsBeginningToItsEnd(t *testing.T) {
	t.Parallel()
	s, plane := aCluster(t, "ra3.large", 3)
	three, six := capacity.Shape{Nodes: 3, Type: "ra3.large"}, capacity.Shape{Nodes: 6, Type: "ra3.large"}
	wantStatus(t, plane, capacity.Status{Shape: three, Condition: capacity.Still, Says: "available"})

	if err := plane.Resize(t.Context(), capacity.Shape{Nodes: 6}, false); err != nil {
		t.Fatal(err)
	}
	under := capacity.Status{Shape: three, Condition: capacity.Changing, Says: "available, prep-for-resize", Last: capacity.UnderWay, Target: six, Percent: "50"}
	wantStatus(t, plane, under)
	s.Advance(5 * time.Minute)
	under.Says = "resizing"
	wantStatus(t, plane, under)
	s.Advance(6 * time.Minute)
	wantStatus(t, plane, capacity.Status{Shape: six, Condition: capacity.Changing, Says: "available, resize-cleanup", Last: capacity.Succeeded, Target: six})
	s.Advance(6 * time.Minute)
	wantStatus(t, plane, capacity.Status{Shape: six, Condition: capacity.Still, Says: "available", Last: capacity.Succeeded, Target: six})

	want := []string{"ResizeCluster Classic=false ClusterIdentifier=analytics NumberOfNodes=6"}
	if diff := cmp.Diff(want, s.Changes()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestResize_WhileOneIsUnderWayIsAConflict(t *testing.T) {
	t.Parallel()
	s, plane := aCluster(t, "ra3.large", 3)
	if err := plane.Resize(t.Context(), capacity.Shape{Nodes: 6}, false); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		wantError(t, plane.Resize(t.Context(), capacity.Shape{Nodes: 6}, false), archwire.Conflict, false)
		wantError(t, plane.(capacity.Pauser).Pause(t.Context()), archwire.Conflict, false)
		s.Advance(3 * time.Minute)
	}
	if got := s.Changes(); len(got) != 1 {
		t.Errorf("changes were begun: %q", got)
	}
}

func TestResize_ThatFailsIsSeenToHaveFailed(t *testing.T) {
	t.Parallel()
	s, plane := aCluster(t, "ra3.large", 3)
	s.FailResize("analytics", "a snapshot was in progress")
	if err := plane.Resize(t.Context(), capacity.Shape{Nodes: 6}, false); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Hour)
	wantStatus(t, plane, capacity.Status{
		Shape: capacity.Shape{Nodes: 3, Type: "ra3.large"}, Condition: capacity.Still, Says: "available",
		Last: capacity.Failed, Target: capacity.Shape{Nodes: 6, Type: "ra3.large"}, Message: "a snapshot was in progress",
	})
}

func TestStatus_OfAClusterThatTakesNoWritesIsNotStill(t *testing.T) {
	t.Parallel()
	s, plane := aCluster(t, "ra3.large", 3)
	s.LeaveReadOnly("analytics", time.Hour)
	if err := plane.Resize(t.Context(), capacity.Shape{Nodes: 6}, false); err != nil {
		t.Fatal(err)
	}
	s.Advance(20 * time.Minute)
	if got := status(t, plane); got.Condition != capacity.Changing || got.Says != "available, modifying" || got.Shape.Nodes != 6 {
		t.Errorf("it is %+v", got)
	}
	s.Advance(time.Hour)
	if got := status(t, plane); got.Condition != capacity.Still {
		t.Errorf("it is %+v", got)
	}
}

func TestOptions_AreThoseOfEveryPage(t *testing.T) {
	t.Parallel()
	s, plane := aCluster(t, "dc2.large", 3)
	s.PageSize = 2
	got, err := plane.Options(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	option := func(nodes int, disk string) capacity.Option {
		return capacity.Option{Shape: capacity.Shape{Nodes: nodes, Type: "dc2.large"}, DiskPercent: disk}
	}
	want := []capacity.Option{option(2, "30"), option(4, "15"), option(5, "12"), option(6, "10")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if calls := s.Calls("DescribeNodeConfigurationOptions"); len(calls) != 2 {
		t.Errorf("pages: %q", calls)
	}
}

func TestPause_AndResumeKeepTheShape(t *testing.T) {
	t.Parallel()
	s, plane := aCluster(t, "rg.xlarge", 2)
	pauser := plane.(capacity.Pauser)
	wantError(t, pauser.Resume(t.Context()), archwire.Conflict, false)
	if err := pauser.Pause(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := status(t, plane); got.Condition != capacity.Changing || got.Shape.Paused {
		t.Errorf("while it is paused it is %+v", got)
	}
	s.Advance(10 * time.Minute)
	shape := capacity.Shape{Nodes: 2, Type: "rg.xlarge", Paused: true}
	wantStatus(t, plane, capacity.Status{Shape: shape, Condition: capacity.Still, Says: "paused"})
	wantError(t, plane.Resize(t.Context(), capacity.Shape{Nodes: 4}, false), archwire.Conflict, false)
	if err := pauser.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Advance(10 * time.Minute)
	shape.Paused = false
	wantStatus(t, plane, capacity.Status{Shape: shape, Condition: capacity.Still, Says: "available"})
}

// wantError looks at the code of an error, at whether it is for good, and that nothing
// of the account is in it.
func wantError(t *testing.T, err error, code archwire.Code, refused bool) {
	t.Helper()
	if got := archwire.CodeOf(err); got != code || errors.Is(err, capacity.ErrRefused) != refused {
		t.Fatalf("%v has code %q, refused %t; want %q, %t", err, got, errors.Is(err, capacity.ErrRefused), code, refused)
	}
	if archwire.HintOf(err) == "" {
		t.Errorf("%v has no hint", err)
	}
	for _, secret := range []string{capacitytest.KeyID, capacitytest.SecretKey, "arn:", "123456789012"} {
		if strings.Contains(archwire.MessageOf(err), secret) {
			t.Errorf("%v holds %s", err, secret)
		}
	}
}

func TestErrors_SayWhoMustAct(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault   capacitytest.Error
		code    archwire.Code
		refused bool
	}{
		"throttled":   {capacitytest.Throttling, archwire.Unavailable, false},
		"internal":    {capacitytest.InternalError, archwire.Unavailable, false},
		"expired":     {capacitytest.ExpiredToken, archwire.Denied, true},
		"denied":      {capacitytest.AccessDenied, archwire.Denied, true},
		"state":       {capacitytest.InvalidState, archwire.Conflict, false},
		"no machines": {capacitytest.NoMachines, archwire.Unavailable, true},
		"quota":       {capacitytest.Quota, archwire.Invalid, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, plane := aCluster(t, "ra3.large", 3)
			s.Fail("ResizeCluster", c.fault, 1)
			wantError(t, plane.Resize(t.Context(), capacity.Shape{Nodes: 6}, false), c.code, c.refused)
			if err := plane.Resize(t.Context(), capacity.Shape{Nodes: 6}, false); err != nil {
				t.Errorf("the second time: %v", err)
			}
		})
	}
}

func TestErrors_OfWhoIsNotThere(t *testing.T) {
	t.Parallel()
	s, url := capacitytest.Start(t, night)
	for _, p := range []capacity.Place{{Cluster: "gone", Region: capacitytest.Region}, {Workgroup: "gone", Region: capacitytest.Region}} {
		_, err := open(t, p, url).Status(t.Context())
		wantError(t, err, archwire.NotFound, false)
	}
	s.AddCluster("analytics", "ra3.large", 3)
	here := capacity.Place{Cluster: "analytics", Region: capacitytest.Region}
	_, err := open(t, here, url, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("AKIDANOTHER", "x", ""))).Status(t.Context())
	wantError(t, err, archwire.Denied, true)
	_, err = open(t, capacity.Place{Cluster: "analytics", Region: "eu-west-1"}, url).Status(t.Context())
	wantError(t, err, archwire.Denied, true)
	_, err = open(t, here, "http://127.0.0.1:1").Status(t.Context())
	wantError(t, err, archwire.Unavailable, false)
	s.Lose("ResizeCluster")
	err = open(t, here, url).Resize(t.Context(), capacity.Shape{Nodes: 6}, false)
	wantError(t, err, archwire.Unavailable, false)
	if got := s.Status("analytics"); got != "available, prep-for-resize" {
		t.Errorf("a resize whose answer was lost left it %s", got)
	}
}

func TestResize_ElasticallyToWhatIsNotOfferedIsRefused(t *testing.T) {
	t.Parallel()
	s, plane := aCluster(t, "ra3.large", 3)
	wantError(t, plane.Resize(t.Context(), capacity.Shape{Nodes: 8}, false), archwire.Invalid, true)
	wantError(t, plane.Resize(t.Context(), capacity.Shape{Nodes: 3, Type: "dc2.large"}, true), archwire.Invalid, true)
	if err := plane.Resize(t.Context(), capacity.Shape{Nodes: 8}, true); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Hour)
	if got := status(t, plane); got.Condition != capacity.Changing {
		t.Errorf("a classic resize is %+v after an hour", got)
	}
	s.Advance(6 * time.Hour)
	if got := status(t, plane); got.Condition != capacity.Still || got.Shape.Nodes != 8 {
		t.Errorf("a classic resize is %+v at its end", got)
	}
}
