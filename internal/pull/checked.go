package pull

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"archwire"
	"archwire/internal/pull/mirror"
)

var (
	publicationForm = regexp.MustCompile(`^\d{8}T\d{6}Z-[0-9a-f]{4}$`)
	hashForm        = regexp.MustCompile(`^[0-9a-f]{64}$`)
	nameForm        = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,62}(@[1-9][0-9]{0,8})?$`)
	nounForm        = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,62}$`)
)

// ownWords are those that have a meaning in a manifest or in a request of one: no
// tenant is called so.
var ownWords = []string{"dataset", "profile", "sha256", "rows", "bytes", "url", "limit", "cursor"}

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
	// Engines and disks that tell no small letters from large ones keep one of two.
	i := slices.IndexFunc(w.Tables, func(t mirror.Table) bool { return strings.EqualFold(t.Name, d.Name) })
	if i < 0 {
		i = len(w.Tables)
		w.Tables = append(w.Tables, mirror.Table{Name: d.Name, Tenant: d.Tenant, Key: d.Key, Given: map[archwire.Profile][]mirror.Column{}})
	}
	t := w.Tables[i]
	if _, twice := t.Given[p]; twice || t.Name != d.Name || t.Tenant != d.Tenant || !slices.Equal(t.Key, d.Key) {
		return strange(fmt.Sprintf("dataset %s stands there twice", d.Name))
	}
	t.Given[p] = given
	return nil
}

// ordered are the columns of a dataset in the order of its slices.
func ordered(d mirror.Table) ([]mirror.Column, error) {
	if len(d.Columns) > mostColumns || len(d.Key) > mostColumns {
		return nil, strange(fmt.Sprintf("dataset %s has more than %d columns", d.Name, mostColumns))
	}
	out := []mirror.Column{{Name: d.Tenant, Type: archwire.Text.String()}}
	seen, folded := map[string]bool{d.Tenant: true}, map[string]bool{strings.ToLower(d.Tenant): true}
	take := func(c mirror.Column) error {
		if _, err := archwire.ParseType(c.Type); err != nil || !columnName(c.Name) {
			return strange(fmt.Sprintf("a column of dataset %s is none", d.Name))
		}
		if !seen[c.Name] {
			if folded[strings.ToLower(c.Name)] {
				return strange(fmt.Sprintf("two columns of dataset %s have one name", d.Name))
			}
			seen[c.Name], folded[strings.ToLower(c.Name)] = true, true
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

// checked is w with the tables that slices are of, as these have their columns. It makes
// sure that each place stands there once, and that a hash is of one file.
func checked(w mirror.Whole) (mirror.Whole, error) {
	tables, used := map[string]mirror.Table{}, map[string]map[archwire.Profile]bool{}
	for _, t := range w.Tables {
		tables[t.Name], used[t.Name] = t, map[archwire.Profile]bool{}
	}
	seen, size := map[mirror.Place]bool{}, map[string]int64{}
	for _, s := range w.Slices {
		if _, given := tables[s.Dataset].Given[s.Profile]; !given || seen[s.Place] {
			return w, strange("a slice stands there twice, or without its dataset")
		}
		if of, ok := size[s.SHA256]; ok && of != s.Bytes {
			return w, strange(fmt.Sprintf("slice %s has two sizes", s.SHA256))
		}
		seen[s.Place], size[s.SHA256], used[s.Dataset][s.Profile] = true, s.Bytes, true
	}
	w.Tables = slices.DeleteFunc(w.Tables, func(t mirror.Table) bool { return len(used[t.Name]) == 0 })
	for i := range w.Tables {
		t := &w.Tables[i]
		maps.DeleteFunc(t.Given, func(p archwire.Profile, _ []mirror.Column) bool { return !used[t.Name][p] })
		t.Merge()
	}
	return w, nil
}
