package capacitytest

import (
	"math"
	"time"
)

// How long changes take. The Management Guide says "within a few minutes" of an elastic
// resize, and of pausing and resuming.
const (
	prepTime    = 2 * time.Minute // available, prep-for-resize
	resizeTime  = 8 * time.Minute // resizing
	cleanupTime = 3 * time.Minute // available, resize-cleanup
	classicTime = 6 * time.Hour
	pauseTime   = 5 * time.Minute
	resumeTime  = 6 * time.Minute
)

// ResizeTime is how long an elastic resize takes in all.
const ResizeTime = prepTime + resizeTime + cleanupTime

// A cluster is a provisioned one.
type cluster struct {
	name, kind string
	nodes      int
	paused     bool
	also       []node // offered beside what the ratios allow
	change     *change
	resize     *resize // the last one; nil when there was none

	hang     bool          // the next resize does not end
	failing  string        // what the next resize fails with
	readOnly time.Duration // for how long the cluster takes no writes after the next resize
	writesAt time.Time
}

// A node is a number of nodes of a type.
type node struct {
	kind  string
	nodes int
}

// A change is under way from a time on.
type change struct {
	begun time.Time
	kind  string // elastic, classic, pause or resume
	hangs bool
}

// A resize is what DescribeResize tells.
type resize struct {
	to      node
	classic bool
	status  string // IN_PROGRESS, SUCCEEDED or FAILED
	message string
	failing string
	silent  time.Duration
}

// AddCluster adds a cluster that is available.
func (s *Server) AddCluster(name, nodeType string, nodes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clusters[name] = &cluster{name: name, kind: nodeType, nodes: nodes}
}

// Offer has a cluster offer an elastic resize to so many nodes of a type besides.
func (s *Server) Offer(name, nodeType string, nodes int) {
	s.with(name, func(c *cluster) { c.also = append(c.also, node{nodeType, nodes}) })
}

// Hang has the next resize of a cluster not end, or the one under way end again.
func (s *Server) Hang(name string, hangs bool) {
	s.with(name, func(c *cluster) {
		if c.hang = hangs; !hangs && c.change != nil {
			c.change.hangs = false
		}
	})
}

// FailResize has the next resize of a cluster fail with a message.
func (s *Server) FailResize(name, message string) {
	s.with(name, func(c *cluster) { c.failing = message })
}

// LeaveReadOnly has a cluster take no writes for so long after its next resize, as
// clusters of another node type do (Amazon Redshift Management Guide, Resizing clusters).
func (s *Server) LeaveReadOnly(name string, d time.Duration) {
	s.with(name, func(c *cluster) { c.readOnly = d })
}

// Nodes is how many nodes a cluster has; 0 while it is paused.
func (s *Server) Nodes(name string) (nodes int) {
	s.with(name, func(c *cluster) {
		if nodes = c.nodes; c.paused {
			nodes = 0
		}
	})
	return nodes
}

// Status is a cluster's status as DescribeClusters tells it.
func (s *Server) Status(name string) (status string) {
	s.with(name, func(c *cluster) { status = c.status(s.now) })
	return status
}

// Writable says whether a cluster takes writes.
func (s *Server) Writable(name string) (writable bool) {
	s.with(name, func(c *cluster) { writable = c.status(s.now) == "available" && !s.now.Before(c.writesAt) })
	return writable
}

func (s *Server) with(name string, do func(*cluster)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.clusters[name]
	if !ok {
		panic("capacitytest: there is no cluster " + name)
	}
	c.settle(s.now)
	do(c)
}

// status is one of the words of the API Reference, Cluster, ClusterStatus.
func (c *cluster) status(now time.Time) string {
	switch {
	case c.change == nil && c.paused:
		return "paused"
	case c.change == nil:
		return "available"
	case c.change.kind == "classic":
		return "resizing"
	case c.change.kind != "elastic":
		return "modifying"
	}
	switch since := now.Sub(c.change.begun); {
	case since < prepTime:
		return "available, prep-for-resize"
	case since < prepTime+resizeTime || c.change.hangs:
		return "resizing"
	}
	return "available, resize-cleanup"
}

// settle brings the cluster to what it has become by a time.
func (c *cluster) settle(now time.Time) {
	if c.change == nil {
		return
	}
	since := now.Sub(c.change.begun)
	switch c.change.kind {
	case "pause":
		if since >= pauseTime {
			c.change, c.paused = nil, true
		}
	case "resume":
		if since >= resumeTime {
			c.change, c.paused = nil, false
		}
	case "classic":
		if since >= classicTime && !c.change.hangs {
			c.end(c.change.begun.Add(classicTime))
			c.change = nil
		}
	case "elastic":
		if since >= prepTime+resizeTime && !c.change.hangs && c.resize.status == "IN_PROGRESS" {
			c.end(c.change.begun.Add(prepTime + resizeTime))
		}
		if since >= ResizeTime && !c.change.hangs {
			c.change = nil
		}
	}
}

// end ends a resize.
func (c *cluster) end(at time.Time) {
	if r := c.resize; r.failing != "" {
		r.status, r.message = "FAILED", r.failing
		return
	}
	c.resize.status = "SUCCEEDED"
	c.nodes, c.kind = c.resize.to.nodes, c.resize.to.kind
	c.writesAt = at.Add(c.resize.silent)
}

// begin begins a change at a time.
func (c *cluster) begin(kind string, now time.Time) { c.change = &change{begun: now, kind: kind} }

// beginResize begins a resize, with the faults that were laid.
func (c *cluster) beginResize(to node, classic bool, now time.Time) {
	kind := "elastic"
	if classic {
		kind = "classic"
	}
	c.begin(kind, now)
	c.change.hangs = c.hang
	c.resize = &resize{to: to, classic: classic, status: "IN_PROGRESS", failing: c.failing, silent: c.readOnly}
	c.hang, c.failing, c.readOnly = false, "", 0
}

// options are the shapes of an elastic resize: between a share of the nodes and a
// multiple of them, by type (Amazon Redshift Management Guide, Elastic resize). A
// cluster of one node has none, and none becomes one of one node.
func (c *cluster) options() []node {
	most, least := 2, 2
	switch c.kind {
	case "ra3.16xlarge", "ra3.4xlarge":
		most, least = 4, 4
	case "ra3.xlplus":
		least = 4
	}
	if c.nodes < 2 {
		return nil
	}
	var out []node
	for n := max(2, int(math.Ceil(float64(c.nodes)/float64(least)))); n <= c.nodes*most; n++ {
		if n != c.nodes {
			out = append(out, node{c.kind, n})
		}
	}
	return append(out, c.also...)
}
