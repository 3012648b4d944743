package archwire_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

// What a profile sees of a column today and then, it sees of what is kept; what it saw
// of it once only is told apart.
func TestUnder_ShowsWhatBothShow(t *testing.T) {
	names := []string{"a", "b", "c", "d"}
	classes := []archwire.Class{archwire.ClassPublic, archwire.ClassPseudonymous, archwire.ClassIdentified, "secret"}
	columns := func(rt *rapid.T, label string) (out []archwire.DatasetColumn) {
		for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom(names), rapid.ID[string]).Draw(rt, label) {
			out = append(out, archwire.DatasetColumn{
				Name: name, Type: "text", Class: rapid.SampledFrom(classes).Draw(rt, "class"), Pseudonym: rapid.SampledFrom([]string{"", "", "x", "y"}).Draw(rt, "domain"),
			})
		}
		return out
	}
	rapid.Check(t, func(rt *rapid.T) {
		was := archwire.Dataset{Name: "d", Contract: 1, Columns: columns(rt, "then")}
		now := archwire.Dataset{Name: "d", Contract: 1, Columns: columns(rt, "now")}
		before := slices.Clone(was.Columns)
		kept := was.Under([]archwire.Dataset{{Name: "e", Contract: 1, Columns: columns(rt, "others")}, now})
		if !cmp.Equal(was.Columns, before) {
			rt.Fatal("the dataset itself was changed")
		}
		anything := false
		for _, p := range archwire.Profiles() {
			for _, c := range was.Columns {
				today, there := now.Column(c.Name)
				shown := p.Opens(c.Class) && (!there || p.Opens(today.Class))
				seen, _ := kept.Column(c.Name)
				if p.Opens(seen.Class) != shown {
					rt.Fatalf("to %s column %s is open: %v, want %v", p, c.Name, !shown, shown)
				}
				raw := c.Pseudonym == "" && (!there || today.Pseudonym == "") || p == archwire.Identified
				if shown && seen.Pseudonymised(p) == raw {
					rt.Fatalf("to %s column %s is pseudonymised: %v", p, c.Name, !raw)
				}
				less := p.Opens(c.Class) && (!shown || p != archwire.Identified && seen.Pseudonym != c.Pseudonym)
				if slices.Contains(kept.Narrowed(p), c.Name) != less {
					rt.Fatalf("to %s column %s is narrowed: %v", p, c.Name, !less)
				}
				anything = anything || less
			}
		}
		if anything && kept.Published == nil {
			rt.Fatal("a narrowed dataset does not know how it was published")
		}
		if again := kept.Under(nil); !cmp.Equal(again, kept) {
			rt.Fatalf("where there is nothing today it became %+v", again)
		}
	})
}

func TestUnder_PseudonymsOfTwoDomainsJoinWhereBothDo(t *testing.T) {
	of := func(domains ...string) archwire.Dataset {
		d := archwire.Dataset{Name: "d", Contract: 1}
		for i, domain := range domains {
			d.Columns = append(d.Columns, archwire.DatasetColumn{Name: string(rune('a' + i)), Class: archwire.ClassPseudonymous, Pseudonym: domain})
		}
		return d
	}
	then, now := []string{"x", "x", "x", "y"}, []string{"x", "z", "z", "z"}
	kept := of(then...).Under([]archwire.Dataset{of(now...)}).Columns
	for i := range kept {
		for j := range kept {
			if same, want := kept[i].Pseudonym == kept[j].Pseudonym, then[i] == then[j] && now[i] == now[j]; same != want {
				t.Errorf("columns %d and %d are joined: %v, want %v", i, j, same, want)
			}
		}
	}
}

func TestUnder_HoldsAContractAgainstItsOwn(t *testing.T) {
	of := func(name string, contract int, class archwire.Class) archwire.Dataset {
		return archwire.Dataset{Name: name, Contract: contract, Columns: []archwire.DatasetColumn{{Name: "Phone", Class: class}}}
	}
	first := of("d", 1, archwire.ClassPublic)
	for name, c := range map[string]struct {
		now  []archwire.Dataset
		want archwire.Class
	}{
		"its own, which is served on":  {[]archwire.Dataset{of("d", 2, archwire.ClassIdentified), of("d@1", 1, archwire.ClassPublic)}, archwire.ClassPublic},
		"its own, which is stricter":   {[]archwire.Dataset{of("d", 2, archwire.ClassPublic), of("d@1", 1, archwire.ClassIdentified)}, archwire.ClassIdentified},
		"the strictest of the others":  {[]archwire.Dataset{of("d", 3, archwire.ClassPseudonymous), of("d@2", 2, archwire.ClassIdentified)}, archwire.ClassIdentified},
		"a dataset of another name":    {[]archwire.Dataset{of("e", 1, archwire.ClassIdentified)}, archwire.ClassPublic},
		"the same name, spelt another": {[]archwire.Dataset{{Name: "d", Contract: 1, Columns: []archwire.DatasetColumn{{Name: "phone", Class: archwire.ClassIdentified}}}}, archwire.ClassIdentified},
	} {
		if got := first.Under(c.now).Columns[0].Class; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Rows are limited by a location only where it tells the location today, too.
func TestUnder_LimitsByNoOtherLocation(t *testing.T) {
	d := archwire.Dataset{Name: "d", Contract: 1, Location: "at", Columns: []archwire.DatasetColumn{{Name: "at", Class: archwire.ClassPublic}, {Name: "of", Class: archwire.ClassPublic}}}
	moved := d
	moved.Location = "of"
	if kept := d.Under([]archwire.Dataset{moved}); kept.Located() || kept.Published == nil || !kept.Published.Located() {
		t.Errorf("under another location column: %+v", kept)
	}
	if kept := d.Under([]archwire.Dataset{d}); !kept.Located() || kept.Published != nil {
		t.Errorf("under itself: %+v", kept)
	}
}
