package capacitytest

import (
	"net/http"
	"slices"
	"strconv"
)

// oneCluster is the answer of actions that change a cluster.
type oneCluster struct{ Cluster clusterXML }

// resizeCluster refuses a cluster that is not available, a number of nodes that is not
// offered elastically, and DC2 for what is RA3 (Amazon Redshift Management Guide,
// Resizing clusters).
func (s *Server) resizeCluster(c *cluster, asked call) (any, *Error) {
	if err := asked.only("ClusterIdentifier", "Classic", "NumberOfNodes", "NodeType"); err != nil {
		return nil, err
	}
	if c.status(s.now) != "available" {
		e := InvalidState
		return nil, &e
	}
	to := node{c.kind, c.nodes}
	if kind := asked.values["NodeType"]; kind != "" {
		to.kind = kind
	}
	if text := asked.values["NumberOfNodes"]; text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, &Error{http.StatusBadRequest, "InvalidParameterValue", "NumberOfNodes is not a number of nodes"}
		}
		to.nodes = n
	}
	classic := asked.values["Classic"] == "true"
	if to == (node{c.kind, c.nodes}) || !classic && !slices.Contains(c.options(), to) || to.kind[:2] == "dc" && c.kind[:2] != "dc" {
		return nil, &Error{http.StatusBadRequest, "UnsupportedOperation", "The requested operation isn't supported."}
	}
	c.beginResize(to, classic, s.now)
	return oneCluster{s.describe(c)}, nil
}

func (s *Server) pauseCluster(c *cluster, asked call) (any, *Error) {
	if err := asked.only("ClusterIdentifier"); err != nil {
		return nil, err
	}
	if c.status(s.now) != "available" {
		e := InvalidState
		return nil, &e
	}
	c.begin("pause", s.now)
	return oneCluster{s.describe(c)}, nil
}

// resumeCluster refuses a cluster that is not paused.
func (s *Server) resumeCluster(c *cluster, asked call) (any, *Error) {
	if err := asked.only("ClusterIdentifier"); err != nil {
		return nil, err
	}
	if c.status(s.now) != "paused" {
		e := InvalidState
		return nil, &e
	}
	c.begin("resume", s.now)
	return oneCluster{s.describe(c)}, nil
}
