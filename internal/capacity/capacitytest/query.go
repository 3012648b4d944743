package capacitytest

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// query is the AWS query protocol: a form is asked, XML is answered (Smithy, AWS Query
// protocol).
type query struct{}

const namespace = "http://redshift.amazonaws.com/doc/2012-12-01/"

func (query) service() string { return "redshift" }

func (query) read(r *http.Request) (call, *Error) {
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
		return call{}, &Error{http.StatusBadRequest, "MalformedQueryString", "The query string contains a syntax error."}
	}
	c := call{action: r.PostForm.Get("Action"), values: map[string]string{}}
	for name, values := range r.PostForm {
		if name != "Action" && name != "Version" {
			c.values[name] = values[0]
		}
	}
	if r.PostForm.Get("Version") != "2012-12-01" {
		return c, &Error{http.StatusBadRequest, "NoSuchVersion", "The requested version is not supported."}
	}
	return c, nil
}

func (query) do(s *Server, c call) (any, *Error) {
	do, known := map[string]func(*cluster, call) (any, *Error){
		"DescribeClusters": s.describeClusters, "DescribeResize": s.describeResize, "DescribeNodeConfigurationOptions": s.describeOptions,
		"ResizeCluster": s.resizeCluster, "PauseCluster": s.pauseCluster, "ResumeCluster": s.resumeCluster,
	}[c.action]
	if !known {
		return nil, &Error{http.StatusBadRequest, "InvalidAction", "The action or operation requested is invalid."}
	}
	name := c.values["ClusterIdentifier"]
	of, ok := s.clusters[name]
	if !ok {
		return nil, &Error{http.StatusNotFound, "ClusterNotFound", "Cluster " + name + " not found."}
	}
	return do(of, c)
}

func (query) answer(w http.ResponseWriter, action string, out any) {
	write(w, http.StatusOK, action+"Response", struct {
		Result   any
		Metadata struct {
			RequestID string `xml:"RequestId"`
		} `xml:"ResponseMetadata"`
	}{Result: named{action + "Result", out}})
}

func (query) refuse(w http.ResponseWriter, e *Error) {
	kind := "Sender"
	if e.Status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	type inner struct{ Type, Code, Message string }
	write(w, e.Status, "ErrorResponse", struct {
		Error     inner
		RequestID string `xml:"RequestId"`
	}{Error: inner{kind, e.Code, e.Message}})
}

func write(w http.ResponseWriter, status int, root string, v any) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	enc := xml.NewEncoder(w)
	_ = enc.EncodeElement(v, xml.StartElement{Name: xml.Name{Space: namespace, Local: root}}) // the client sees what is missing
}

// named is a value under a name that is found out late.
type named struct {
	name  string
	value any
}

// MarshalXML implements xml.Marshaler.
func (n named) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	return e.EncodeElement(n.value, xml.StartElement{Name: xml.Name{Local: n.name}}) //nolint:wrapcheck // the encoder's own
}

// clusterXML is a Cluster, as far as anything is said of it here.
type clusterXML struct {
	ClusterIdentifier         string
	NodeType                  string
	ClusterStatus             string
	ClusterAvailabilityStatus string
	NumberOfNodes             int
}

func (s *Server) describe(c *cluster) clusterXML {
	status := c.status(s.now)
	available := map[bool]string{true: "Available", false: "Unavailable"}[status != "resizing" && status != "paused"]
	if status == "modifying" || status == "available" && s.now.Before(c.writesAt) {
		available = "Modifying"
	}
	return clusterXML{c.name, c.kind, status, available, c.nodes}
}

func (s *Server) describeClusters(c *cluster, asked call) (any, *Error) {
	if err := asked.only("ClusterIdentifier"); err != nil {
		return nil, err
	}
	return struct {
		Clusters []clusterXML `xml:"Clusters>Cluster"`
	}{[]clusterXML{s.describe(c)}}, nil
}

func (s *Server) describeResize(c *cluster, asked call) (any, *Error) {
	if err := asked.only("ClusterIdentifier"); err != nil {
		return nil, err
	}
	if c.resize == nil {
		return nil, &Error{http.StatusNotFound, "ResizeNotFound", "A resize operation for the specified cluster is not found."}
	}
	r := c.resize
	kind, percent := "ElasticResize", "100.0"
	if r.classic {
		kind = "ClassicResize"
	}
	if r.status == "IN_PROGRESS" {
		percent = "50.0"
	}
	return struct {
		TargetNodeType              string
		TargetNumberOfNodes         int
		TargetClusterType           string
		Status                      string
		ResizeType                  string
		Message                     string
		DataTransferProgressPercent string
	}{r.to.kind, r.to.nodes, "multi-node", r.status, kind, r.message, percent}, nil
}

func (s *Server) describeOptions(c *cluster, asked call) (any, *Error) {
	if err := asked.only("ClusterIdentifier", "ActionType", "Marker", "MaxRecords"); err != nil {
		return nil, err
	}
	if asked.values["ActionType"] != "resize-cluster" {
		return nil, &Error{http.StatusBadRequest, "InvalidParameterValue", "ActionType is not one that the double knows"}
	}
	if c.paused || c.change != nil {
		e := InvalidState
		return nil, &e
	}
	type option struct {
		NodeType                        string
		NumberOfNodes                   int
		EstimatedDiskUtilizationPercent string
	}
	var options []option
	for _, n := range c.options() {
		options = append(options, option{n.kind, n.nodes, fmt.Sprintf("%.2f", 20*float64(c.nodes)/float64(n.nodes))})
	}
	from, _ := strconv.Atoi(asked.values["Marker"]) // 0 without one
	marker := ""
	options = options[min(from, len(options)):]
	if s.PageSize > 0 && len(options) > s.PageSize {
		options, marker = slices.Clip(options[:s.PageSize]), strconv.Itoa(from+s.PageSize)
	}
	return struct {
		Marker  string   `xml:",omitempty"`
		Options []option `xml:"NodeConfigurationOptionList>NodeConfigurationOption"`
	}{marker, options}, nil
}
