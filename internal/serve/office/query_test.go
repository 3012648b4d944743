package office

import "testing"

// A tenant is told of no other one, whatever its noun was when it was asked about.
func TestQueriesAreToldUnderAnyNoun(t *testing.T) {
	for query, want := range map[string]string{
		"practice=p1&filter[name]=x":                    "filter%5Bname%5D=x&practice=p1",
		"clinic=p1&filter[name]=x":                      "clinic=p1&filter%5Bname%5D=x",
		"clinic=p2&clinic=p1&filter[name]=x&limit=3":    "clinic=p1&filter%5Bname%5D=%2A&limit=3",
		"practice=p2&practice=p1&since=a&filter[n]=gt:": "filter%5Bn%5D=%2A&practice=p1&since=a",
		"filter[name]=x&fields=a,b&by=clinic":           "by=clinic&fields=a%2Cb&filter%5Bname%5D=%2A",
		"dataset=p2&clinic=p1":                          "clinic=p1&dataset=p2",
		"a;b":                                           "",
	} {
		if got := queryAbout(query, "p1"); got != want {
			t.Errorf("%s is told as %s, want %s", query, got, want)
		}
	}
}
