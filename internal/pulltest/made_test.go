package pulltest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archwire"
)

// described is a dataset as the manifest in the store describes it.
type described struct {
	Dataset  string
	Tenant   string
	Key      []string
	Location string
	Columns  []struct{ Name, Pseudonym string }
}

// described are the datasets of a publication, by name.
func (h *history) described(t *testing.T, id archwire.PublicationID) map[string]described {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(h.office.dir, "store", "publications", string(id), "manifest.json"))
	must(t, err)
	var m struct{ Datasets []described }
	must(t, json.Unmarshal(text, &m))
	out := map[string]described{}
	for _, d := range m.Datasets {
		out[d.Dataset] = d
	}
	return out
}

// names are the pseudonyms of values that were asked for, by domain and value.
type names map[[2]string]string

// nameOf is a pseudonym of the partner, as docs/format/store.md has it.
func nameOf(domain, value string) string {
	mac := func(key []byte, text string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	sum := mac(mac(secret, "archwire pseudonyms of client:partner"), domain+"\x00"+value)
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// opened is what the partner is given of a published slice: the slice or, where it is
// limited to locations or to be given pseudonyms, a file of those rows, made in SQL.
func (h *history) opened(t *testing.T, d described, o open, published expected) expected {
	t.Helper()
	from := "'" + published.path + "'"
	there := columns(t, h.judge, from)
	var list, hidden []string
	for _, c := range d.Columns {
		named := o.rank == rank[archwire.Pseudonymous] && c.Pseudonym != ""
		if named && slices.ContainsFunc(there, func(column string) bool { return strings.HasPrefix(column, c.Name+" ") }) {
			hidden = append(hidden, c.Name)
			h.learn(t, c.Pseudonym, c.Name, from)
			list = append(list, fmt.Sprintf("(select name from names where domain = '%s' and value = %s::varchar) as %s", c.Pseudonym, c.Name, c.Name))
		}
	}
	if len(list)+len(o.sites) == 0 {
		return published
	}
	query := "select *"
	if len(list) > 0 {
		query += " replace (" + strings.Join(list, ", ") + ")"
	}
	query += " from " + from
	if len(o.sites) > 0 {
		query += " where " + d.Location + "::varchar in ('" + strings.Join(o.sites, "', '") + "')"
	}
	query = "select * from (" + query + ") order by " + strings.Join(append([]string{d.Tenant}, d.Key...), ", ")
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(query)))
	path := filepath.Join(h.kept, "made-"+sum+".parquet")
	_, err := h.judge.ExecContext(t.Context(), "copy ("+query+") to '"+path+"' (format parquet)")
	must(t, err)
	h.made++
	return expected{published.practice, path, true, hidden}
}

// learn makes the judge know the pseudonyms of a column's values.
func (h *history) learn(t *testing.T, domain, column, from string) {
	t.Helper()
	ctx := t.Context()
	_, err := h.judge.ExecContext(ctx, "create table if not exists names (domain varchar, value varchar, name varchar)")
	must(t, err)
	for _, value := range texts(t, h.judge, "select distinct "+column+"::varchar from "+from+" where "+column+" is not null") {
		at := [2]string{domain, value}
		if h.names[at] != "" {
			continue
		}
		h.names[at] = nameOf(domain, value)
		_, err := h.judge.ExecContext(ctx, "insert into names values (?, ?, ?)", domain, value, h.names[at])
		must(t, err)
	}
}
