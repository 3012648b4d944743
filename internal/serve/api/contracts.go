package api

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"archwire"
)

// contracts are the names under which callers know the datasets of a publication.
// The name alone is the oldest contract that is still served, so that whoever names
// none reads on until its sunset; name@2 is that contract.
type contracts struct {
	named     map[string]string // the manifest's name of each, by any name that callers use
	public    map[string]string // how the catalogue calls it, by the manifest's name
	successor map[string]string // the next contract, by the manifest's name
}

func contractsOf(m archwire.Manifest) contracts {
	c := contracts{named: map[string]string{}, public: map[string]string{}, successor: map[string]string{}}
	sorted := slices.SortedFunc(slices.Values(m.Datasets), func(a, b archwire.Dataset) int { return cmp.Compare(a.Contract, b.Contract) })
	before := map[string]string{} // the contract before, by family
	for _, d := range sorted {
		family := archwire.Family(d.Name)
		name := archwire.UnderContract(family, d.Contract)
		c.named[name] = d.Name
		if older, ok := before[family]; ok {
			c.successor[older], c.public[d.Name] = name, name
		} else {
			c.named[family], c.public[d.Name] = d.Name, family
		}
		before[family] = d.Name
	}
	return c
}

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
	successor := c.ed.contracts.successor[d.Name]
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
