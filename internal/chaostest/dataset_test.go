package chaostest

import (
	"fmt"
	"slices"
)

// A column of a dataset, and the privacy class that the project gives it.
type column struct{ name, class string }

// A dataset is what the project publishes under a name, said once more: its key
// (the first columns), its columns, and its rows by tenant, in the key's order,
// without the tenant.
type dataset struct {
	name    string
	key     int
	columns []column
	rows    func(w *world) byShop
}

// byShop holds rows of text by tenant.
type byShop map[int64][][]string

func (b byShop) add(shop int64, values ...any) {
	row := make([]string, len(values))
	for i, v := range values {
		row[i] = fmt.Sprint(v)
		if text, ok := v.(*string); ok {
			row[i] = null
			if text != nil {
				row[i] = *text
			}
		}
	}
	b[shop] = append(b[shop], row)
}

// null is how NULL is written; no text of the test's is like it.
const null = "\x00"

const (
	public       = "public"
	pseudonymous = "pseudonymous"
	identified   = "identified"
	hidden       = "" // no profile sees it
)

func datasets() []dataset {
	return []dataset{
		{"daily", 1, []column{{"sold_on", public}, {"amount", public}, {"sales", public}, {"notes", public}}, daily},
		{"clients", 1, []column{{"client_id", pseudonymous}, {"name", identified}, {"sales", pseudonymous}, {"amount", pseudonymous}}, clients},
		{"ranked", 1, []column{
			{"sale_id", pseudonymous}, {"note", identified}, {"amount", pseudonymous}, {"place", pseudonymous}, {"running", pseudonymous},
		}, ranked},
		{"recent", 0, []column{{"sales", public}, {"amount", pseudonymous}}, recent},
		{"share", 0, []column{{"amount", public}, {"total", public}}, share},
		{"events", 1, []column{{"kind", public}, {"events", public}, {"last_id", identified}}, events},
		{"stock", 1, []column{{"item_code", public}, {"qty", public}, {"label", public}, {"copies", public}, {"value", pseudonymous}}, stock},
		{"papers", 1, []column{{"paper_id", public}, {"pages", public}}, papers},
		{"visits", 0, []column{{"visits", public}, {"minutes", public}, {"last_ref", pseudonymous}}, visits},
		{"parcels", 1, []column{{"parcel_id", public}, {"weight", public}, {"sent_on", pseudonymous}, {"note", identified}}, parcels},
		{"readings", 0, []column{{"readings", public}, {"total", public}}, readings},
		{"version", 0, []column{{"version", public}}, version},
	}
}

// profiles are the privacy profiles, and which classes each opens.
func profiles() []profile {
	return []profile{
		{"aggregate", []string{public}},
		{"pseudonymous", []string{public, pseudonymous}},
		{"identified", []string{public, pseudonymous, identified}},
	}
}

type profile struct {
	name  string
	opens []string
}

// seen lists the numbers of the columns that a profile sees; nil when it may not
// see the key, and so nothing.
func (d dataset) seen(p profile) []int {
	var out []int
	for i, c := range d.columns {
		switch {
		case slices.Contains(p.opens, c.class):
			out = append(out, i)
		case i < d.key:
			return nil
		}
	}
	return out
}

// listed are the profiles under which the index lists the dataset: those that see
// more of it than the next narrower one.
func (d dataset) listed() []profile {
	var out []profile
	before := 0
	for _, p := range profiles() {
		if n := len(d.seen(p)); n > before {
			out = append(out, p)
			before = n
		}
	}
	return out
}
