package contract

import (
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// Subject names what a change is about: dataset sales, contract 1.
func (c Change) Subject() string {
	if c.Kind == kindMetric {
		return fmt.Sprintf("metric %s, version %d", c.Name, c.Contract)
	}
	return fmt.Sprintf("dataset %s, contract %d", c.Name, c.Contract)
}

// lost is a contract that would be served no more.
func lost(was archwire.Dataset, next Offer) Change {
	c := newChange(was)
	c.What = "is not served any more"
	c.Way = "Put it back with a sunset date, which is the last day on which it is published."
	family := archwire.Family(was.Name)
	for _, d := range next.Datasets {
		if archwire.Family(d.Name) == family && d.Contract > was.Contract {
			older := archwire.UnderContract(family, was.Contract)
			c.Way = fmt.Sprintf("Keep serving it beside contract %d: write datasets/%s.yaml with dataset: %s, contract: %d and a sunset date; archwire plan --write-old does.",
				d.Contract, older, older, was.Contract)
		}
	}
	return c
}

func newChange(was archwire.Dataset) Change {
	family := archwire.Family(was.Name)
	c := Change{Kind: kindDataset, Name: family, Contract: was.Contract}
	older := archwire.UnderContract(family, was.Contract)
	if was.Older() {
		c.Way = fmt.Sprintf("Leave dataset %s as it is until its sunset.", older)
		return c
	}
	c.Way = fmt.Sprintf("Leave it, or raise contract to %d and keep the old shape, with a sunset date, in datasets/%s.yaml (dataset: %s, contract: %d).",
		was.Contract+1, older, older, was.Contract)
	return c
}

// datasetChanges lists what breaks between two shapes of one contract.
func datasetChanges(was, is archwire.Dataset) (out []Change) {
	whole := func(format string, args ...any) {
		c := newChange(was)
		c.What = fmt.Sprintf(format, args...)
		out = append(out, c)
	}
	if was.Tenant != is.Tenant {
		whole("has its tenant in column %s instead of %s", is.Tenant, was.Tenant)
	}
	if !slices.Equal(was.Key, is.Key) {
		whole("has the key [%s] instead of [%s]", strings.Join(is.Key, ", "), strings.Join(was.Key, ", "))
	}
	if was.Location != "" && was.Location != is.Location {
		whole("tells the location of a row in column %q instead of %q", is.Location, was.Location)
	}
	if was.Sunset != "" && is.Sunset != "" && is.Sunset < was.Sunset {
		whole("ends on %s, though %s was said", is.Sunset, was.Sunset)
	}
	for _, col := range was.Columns {
		now, found := is.Column(col.Name)
		for _, c := range columnChanges(col, now, found) {
			of := newChange(was)
			c.Kind, c.Name, c.Contract, c.Way, c.Column, c.class = of.Kind, of.Name, of.Contract, of.Way, col.Name, col.Class
			out = append(out, c)
		}
	}
	return out
}

func columnChanges(was, is archwire.DatasetColumn, found bool) (out []Change) {
	if !found {
		return []Change{{What: "is removed"}}
	}
	if was.Type != is.Type {
		out = append(out, Change{What: fmt.Sprintf("has another type: %s instead of %s", is.Type, was.Type)})
	}
	if narrower(was.Class, is.Class) {
		out = append(out, Change{What: shownToFewer(was.Class, is.Class), hidden: is.Class})
	}
	if was.Pseudonym != is.Pseudonym {
		out = append(out, Change{What: pseudonymised(was.Pseudonym, is.Pseudonym), hidden: archwire.ClassIdentified})
	}
	if was.Unit != "" && was.Unit != is.Unit {
		out = append(out, Change{What: fmt.Sprintf("has another unit: %q instead of %q", is.Unit, was.Unit)})
	}
	return out
}

func pseudonymised(was, is string) string {
	switch {
	case was == "":
		return fmt.Sprintf("is given as pseudonyms of domain %s instead of as it is", is)
	case is == "":
		return fmt.Sprintf("is given as it is instead of as pseudonyms of domain %s", was)
	}
	return fmt.Sprintf("is given as pseudonyms of domain %s instead of %s", is, was)
}

func shownToFewer(was, is archwire.Class) string {
	return fmt.Sprintf("is shown to fewer: its class is %s instead of %s", is, was)
}

// narrower says whether fewer see columns of class b than of class a.
func narrower(a, b archwire.Class) bool {
	return slices.ContainsFunc(archwire.Profiles(), func(p archwire.Profile) bool { return p.Opens(a) && !p.Opens(b) })
}
