package statement

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/request"
)

// keyed is the keyed hash of a value as docs/format/ledger.md has it.
func keyed(value string) string {
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(value))
	return "hmac:" + hex.EncodeToString(mac.Sum(nil)[:8])
}

func TestRecordedQueriesNameNobody(t *testing.T) {
	columns := []archwire.DatasetColumn{
		{Name: "bucket", Type: "text", Class: archwire.ClassPublic},
		{Name: "patient_id", Type: "int64", Class: archwire.ClassPseudonymous},
		{Name: "last_name", Type: "text", Class: archwire.ClassIdentified},
		{Name: "of_no_class", Type: "text"},
	}
	raw := "practice=p1&fields=bucket,last_name&cursor=c1" +
		"&filter[bucket]=ne:30-60&filter[patient_id]=40017&filter[patient_id]=eq:00040018&filter[patient_id]=null:false" +
		"&filter[last_name]=gte:Smith&filter[last_name]=odd:one&filter[of_no_class]=x"
	p, err := request.Parse(raw, []string{"practice", "fields", "cursor"}, true)
	if err != nil {
		t.Fatal(err)
	}
	filters, err := ParseFilters(p, columns, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	got, err := url.ParseQuery(Recorded(raw, filters, []byte("secret")))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"practice": {"p1"}, "fields": {"bucket,last_name"}, "filter[bucket]": {"ne:30-60"},
		"filter[patient_id]":  {keyed("40017"), "eq:" + keyed("40018"), "null:false"},
		"filter[last_name]":   {"gte:" + keyed("Smith"), keyed("odd:one")},
		"filter[of_no_class]": {keyed("x")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
}
