package pull

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"archwire"
	"archwire/internal/pull/mirror"
)

var (
	publicationForm = regexp.MustCompile(`^\d{8}T\d{6}Z-[0-9a-f]{4}$`)
	hashForm        = regexp.MustCompile(`^[0-9a-f]{64}$`)
	nameForm        = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,62}$`)
)

// tableOf makes a Table of a dataset as the server describes it: the tenant's column
// first, which is a text, then the key's. Names become those of tables and folders, so
// any that is not a plain word is refused.
func tableOf(d mirror.Table) (mirror.Table, error) {
	if !nameForm.MatchString(d.Name) || !columnName(d.Tenant) {
		return d, strange("a dataset has a name that is none")
	}
	t := mirror.Table{Name: d.Name, Tenant: d.Tenant, Key: d.Key, Columns: []mirror.Column{{Name: d.Tenant, Type: "text"}}}
	seen := map[string]bool{d.Tenant: true}
	take := func(c mirror.Column) error {
		if _, err := archwire.ParseType(c.Type); err != nil || !columnName(c.Name) || !archwire.Identified.Opens(c.Class) {
			return strange(fmt.Sprintf("a column of dataset %s is none", d.Name))
		}
		if !seen[c.Name] {
			seen[c.Name] = true
			t.Columns = append(t.Columns, mirror.Column{Name: c.Name, Type: c.Type, Class: c.Class})
		}
		return nil
	}
	for _, k := range d.Key {
		i := slices.IndexFunc(d.Columns, func(c mirror.Column) bool { return c.Name == k })
		if i < 0 && k != d.Tenant {
			return t, strange(fmt.Sprintf("dataset %s lacks a column of its key", d.Name))
		}
		if i >= 0 {
			if err := take(d.Columns[i]); err != nil {
				return t, err
			}
		}
	}
	for _, c := range d.Columns {
		if err := take(c); err != nil {
			return t, err
		}
	}
	return t, nil
}

// columnName says whether a text can be the name of a column.
func columnName(s string) bool {
	const most = 200
	return s != "" && len(s) <= most && utf8.ValidString(s) && printable(s) == s
}

// sliceOf reads a slice, whose tenant is named by the noun.
func sliceOf(raw map[string]json.RawMessage, noun string) (s mirror.Slice, err error) {
	for name, into := range map[string]any{
		"dataset": &s.Dataset, noun: &s.Tenant, "profile": &s.Profile, "sha256": &s.SHA256, "rows": &s.Rows, "bytes": &s.Bytes, "url": &s.URL,
	} {
		if json.Unmarshal(raw[name], into) != nil {
			return s, strange("a slice lacks its " + name)
		}
	}
	if !hashForm.MatchString(s.SHA256) || s.Tenant == "" || s.Rows < 0 || s.Bytes <= 0 || s.URL == "" || !slices.Contains(archwire.Profiles(), s.Profile) {
		return s, strange("a slice is none")
	}
	return s, nil
}

// narrowed is w as far as a filter takes it, with the tables that slices are of. It
// checks that each place stands there once.
func narrowed(w mirror.Whole, f Filter) (mirror.Whole, error) {
	w.Slices = slices.DeleteFunc(slices.Clone(w.Slices), func(s mirror.Slice) bool { return !f.takes(s.Place) })
	seen, used := map[mirror.Place]bool{}, map[string]bool{}
	for _, s := range w.Slices {
		if _, ok := w.Table(s.Dataset); !ok || seen[s.Place] {
			return w, strange("a slice stands there twice, or without its dataset")
		}
		seen[s.Place], used[s.Dataset] = true, true
	}
	w.Tables = slices.DeleteFunc(slices.Clone(w.Tables), func(t mirror.Table) bool { return !used[t.Name] })
	for i, t := range w.Tables {
		w.Tables[i].Columns = t.Opened(widest(w, t.Name))
	}
	return w, nil
}

// widest is the widest profile of a dataset's slices.
func widest(w mirror.Whole, dataset string) archwire.Profile {
	best := archwire.Aggregate
	for _, s := range w.Slices {
		if s.Dataset == dataset && best.Common(s.Profile) == best {
			best = s.Profile
		}
	}
	return best
}
