package pull

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"unicode/utf8"

	"archwire"
	"archwire/internal/pull/mirror"
)

var (
	publicationForm = regexp.MustCompile(`^\d{8}T\d{6}Z-[0-9a-f]{4}$`)
	hashForm        = regexp.MustCompile(`^[0-9a-f]{64}$`)
	nameForm        = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,62}(@[1-9][0-9]{0,8})?$`)
)

// describe adds to w what slices of a dataset have under a profile: the tenant's column
// first, which is a text, then the key's. The dataset's name becomes that of a table or
// folder, so any that is not a plain word is refused.
func describe(w *mirror.Whole, d mirror.Table, p archwire.Profile) error {
	if !nameForm.MatchString(d.Name) || !columnName(d.Tenant) || !slices.Contains(archwire.Profiles(), p) {
		return strange("a dataset has a name or profile that is none")
	}
	given, err := ordered(d)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(w.Tables, func(t mirror.Table) bool { return t.Name == d.Name })
	if i < 0 {
		i = len(w.Tables)
		w.Tables = append(w.Tables, mirror.Table{Name: d.Name, Tenant: d.Tenant, Key: d.Key, Given: map[archwire.Profile][]mirror.Column{}})
	}
	t := w.Tables[i]
	if _, twice := t.Given[p]; twice || t.Tenant != d.Tenant || !slices.Equal(t.Key, d.Key) {
		return strange(fmt.Sprintf("dataset %s stands there twice", d.Name))
	}
	t.Given[p] = given
	return nil
}

// ordered are the columns of a dataset in the order of its slices.
func ordered(d mirror.Table) ([]mirror.Column, error) {
	out := []mirror.Column{{Name: d.Tenant, Type: archwire.Text.String()}}
	seen := map[string]bool{d.Tenant: true}
	take := func(c mirror.Column) error {
		if _, err := archwire.ParseType(c.Type); err != nil || !columnName(c.Name) {
			return strange(fmt.Sprintf("a column of dataset %s is none", d.Name))
		}
		if !seen[c.Name] {
			seen[c.Name] = true
			out = append(out, c)
		}
		return nil
	}
	for _, k := range d.Key {
		i := slices.IndexFunc(d.Columns, func(c mirror.Column) bool { return c.Name == k })
		if i < 0 && k != d.Tenant {
			return nil, strange(fmt.Sprintf("dataset %s lacks a column of its key", d.Name))
		}
		if i >= 0 {
			if err := take(d.Columns[i]); err != nil {
				return nil, err
			}
		}
	}
	for _, c := range d.Columns {
		if err := take(c); err != nil {
			return nil, err
		}
	}
	return out, nil
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

// checked is w with the tables that slices are of, as these have their columns. It makes
// sure that each place stands there once.
func checked(w mirror.Whole) (mirror.Whole, error) {
	seen, used := map[mirror.Place]bool{}, map[string]map[archwire.Profile]bool{}
	for _, s := range w.Slices {
		t, ok := w.Table(s.Dataset)
		if _, given := t.Given[s.Profile]; !ok || !given || seen[s.Place] {
			return w, strange("a slice stands there twice, or without its dataset")
		}
		seen[s.Place] = true
		if used[s.Dataset] == nil {
			used[s.Dataset] = map[archwire.Profile]bool{}
		}
		used[s.Dataset][s.Profile] = true
	}
	w.Tables = slices.DeleteFunc(w.Tables, func(t mirror.Table) bool { return used[t.Name] == nil })
	for i := range w.Tables {
		t := &w.Tables[i]
		maps.DeleteFunc(t.Given, func(p archwire.Profile, _ []mirror.Column) bool { return !used[t.Name][p] })
		t.Merge()
	}
	return w, nil
}
