// Package capacity sees to it that a warehouse has the size that its project declares:
// larger around a run, smaller or paused in between. It knows a warehouse's control
// plane by the interface ControlPlane only, and keeps what must outlive a process, a
// Lease, behind the interface Leases.
package capacity

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// A Place is a warehouse whose size can be changed: a cluster or a workgroup.
type Place struct {
	Cluster   string `json:"cluster,omitempty"`   // of Amazon Redshift, provisioned
	Workgroup string `json:"workgroup,omitempty"` // of Amazon Redshift Serverless; one of the two is set
	Region    string `json:"region"`
}

// String names the place for people.
func (p Place) String() string {
	if p.Workgroup != "" {
		return fmt.Sprintf("workgroup %s in %s", p.Workgroup, p.Region)
	}
	return fmt.Sprintf("cluster %s in %s", p.Cluster, p.Region)
}

// A Shape is how large a warehouse is, or is to be. What is zero in a shape that is
// wanted stays as it is.
type Shape struct {
	Nodes  int    `json:"nodes,omitempty"`   // of a cluster
	Type   string `json:"type,omitempty"`    // of its nodes
	RPU    int    `json:"rpu,omitempty"`     // a workgroup's base capacity, in Redshift Processing Units
	MaxRPU int    `json:"max_rpu,omitempty"` // what it may grow to by itself; none where it has no limit
	Paused bool   `json:"paused,omitempty"`  // no compute at all: only a cluster can be
}

// String says the shape for people.
func (s Shape) String() string {
	var parts []string
	switch {
	case s.Nodes > 0 && s.Type != "":
		parts = append(parts, fmt.Sprintf("%s of %s", count(s.Nodes, "node"), s.Type))
	case s.Nodes > 0:
		parts = append(parts, count(s.Nodes, "node"))
	case s.Type != "":
		parts = append(parts, "nodes of "+s.Type)
	}
	if s.RPU > 0 {
		parts = append(parts, count(s.RPU, "RPU"))
	}
	if s.MaxRPU > 0 {
		parts = append(parts, fmt.Sprintf("at most %s", count(s.MaxRPU, "RPU")))
	}
	if s.Paused {
		parts = append(parts, "paused")
	}
	return cmp.Or(strings.Join(parts, ", "), "as it is")
}

// As says whether a warehouse of shape s has the compute that want asks for, paused
// or not.
func (s Shape) As(want Shape) bool {
	same := func(have, wanted int) bool { return wanted == 0 || have == wanted }
	return same(s.Nodes, want.Nodes) && (want.Type == "" || s.Type == want.Type) &&
		same(s.RPU, want.RPU) && same(s.MaxRPU, want.MaxRPU)
}

// Fits says whether a warehouse of shape s is as want asks for.
func (s Shape) Fits(want Shape) bool { return s.Paused == want.Paused && s.As(want) }

// over is s with what want says in its place.
func (s Shape) over(want Shape) Shape {
	return Shape{
		Nodes: cmp.Or(want.Nodes, s.Nodes), Type: cmp.Or(want.Type, s.Type), RPU: cmp.Or(want.RPU, s.RPU),
		MaxRPU: cmp.Or(want.MaxRPU, s.MaxRPU), Paused: want.Paused,
	}
}

// Terms are what a project declares: which warehouse, and the shapes around a run.
type Terms struct {
	Place    Place         `json:"place"`
	Load     Shape         `json:"load"`              // from before a run reads until it has published
	Serve    Shape         `json:"serve"`             // at all other times
	Classic  bool          `json:"classic,omitempty"` // whether a resize may be a classic one, which takes hours
	Deadline time.Duration `json:"deadline_ns"`       // for one change of shape to be complete
}

// Moves says whether the two shapes differ, so that there is anything to do.
func (t Terms) Moves() bool { return t.Load != t.Serve }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
