package api

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"archwire"
)

// notices are the headers that tell of an end.
type notices []struct{ name, value string }

// noticesOf tells a caller that what it asked for ends: since when that is known (RFC
// 9745), when it ends (RFC 8594), and what comes after it.
func noticesOf(r archwire.Retirement, successor string) (n notices) {
	if r.Sunset == "" {
		return nil
	}
	add := func(name, value string) { n = append(n, struct{ name, value string }{name, value}) }
	add("Deprecation", "@"+strconv.FormatInt(r.Deprecated.Unix(), 10))
	add("Sunset", r.Sunset.Time().AddDate(0, 0, 1).Format(http.TimeFormat))
	if successor != "" {
		add("Link", fmt.Sprintf(`<%s>; rel="successor-version"`, successor))
	}
	return n
}

// tell sets the headers.
func (n notices) tell(head http.Header) {
	for _, each := range n {
		head.Set(each.name, each.value)
	}
}

// datasetEnds remembers what the answer from a dataset tells of its end.
func (c *call) datasetEnds(d archwire.Dataset) {
	successor := c.ed.Contracts.Successor[d.Name]
	if successor != "" {
		successor = strings.Replace(c.trip.route, "{dataset}", successor, 1)
	}
	c.notices = noticesOf(d.Retirement, successor)
}

// metricEnds remembers what the answer of a metric tells of its end, which comes with
// that of its dataset at the latest.
func (c *call) metricEnds(m archwire.Metric, d archwire.Dataset) {
	r := m.Retirement
	if r.Sunset == "" || d.Sunset != "" && d.Sunset < r.Sunset {
		r = d.Retirement
	}
	c.notices = noticesOf(r, "")
}
