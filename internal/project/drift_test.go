package project_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/project"
)

// patients is a table whose column ssn is excluded, as the source has it: its
// columns are named in the order of their places, "" is one that was dropped.
func patients(exclude []string, names ...string) (project.Source, archwire.Table) {
	declared := project.Table{Table: archwire.Table{Source: "app", Name: "patient", Schema: "public", Origin: "patient"}, Exclude: exclude}
	now := archwire.Table{Schema: "public", Origin: "patient"}
	for _, name := range []string{"name", "note"} {
		declared.Columns = append(declared.Columns, archwire.Column{Name: name, Type: archwire.Type{Kind: archwire.Text}})
	}
	for i, name := range names {
		if name != "" {
			now.Columns = append(now.Columns, archwire.Column{Name: name, Type: archwire.Type{Kind: archwire.Text}, Ordinal: i + 1})
		}
	}
	return project.Source{Name: "app", Tables: []project.Table{declared}}, now
}

func TestAnExcludedColumnDoesNotComeInUnderAnotherName(t *testing.T) {
	t.Parallel()
	const maybe = "app.patient has a new column tax_id, text, and the excluded column ssn is gone: it may be that one under another name"
	for name, test := range map[string]struct {
		exclude []string
		now     []string
		want    []string
	}{
		"renamed": {[]string{"ssn"}, []string{"name", "tax_id", "note"}, []string{maybe}},
		// Where note was listed, behind name, tax_id is now.
		"renamed while the one behind it was dropped": {
			[]string{"ssn"},
			[]string{"name", "tax_id", ""},
			[]string{"app.patient has no column note any more", maybe},
		},
		"dropped": {[]string{"ssn"}, []string{"name", "", "note"}, nil},
		"there, while another is renamed": {
			[]string{"ssn"},
			[]string{"name", "remark", "ssn"},
			[]string{"app.patient has no column note any more; it seems to be called remark now"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, now := patients(test.exclude, test.now...)
			var got []string
			for _, d := range source.Departures([]archwire.Table{now}) {
				got = append(got, d.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("departures (-want +got):\n%s", diff)
			}
		})
	}
}
