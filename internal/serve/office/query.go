package office

import (
	"net/url"
	"slices"
	"strings"
)

// spoken lists the parameters, besides filters, of requests that are written down. Any
// other one is the noun of the tenants, as the publication that was asked had it: it may
// have been another one than today's, and the publication need not be kept any more.
func spoken() []string {
	return []string{"by", "compare", "cursor", "dataset", "fields", "from", "grain", "limit", "order", "period", "since", "to"}
}

// queryAbout leaves out of a query which other tenants it names and, where it may
// have been about others, too, the values that it filtered by: they may be of theirs.
func queryAbout(query, tenant string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	var tenants []string
	for name := range values {
		if !strings.HasPrefix(name, "filter[") && !slices.Contains(spoken(), name) {
			tenants = append(tenants, values[name]...)
			values[name] = slices.DeleteFunc(values[name], func(id string) bool { return id != tenant })
		}
	}
	alone := slices.Equal(tenants, []string{tenant})
	for name := range values {
		if !alone && strings.HasPrefix(name, "filter[") {
			values[name] = []string{"*"}
		}
	}
	return values.Encode()
}
