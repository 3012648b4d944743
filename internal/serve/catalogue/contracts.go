package catalogue

import (
	"cmp"
	"slices"

	"archwire"
)

// contracts are the names under which callers know the datasets of a publication.
// The name alone is the oldest contract that is still served, so that whoever names
// none reads on until its sunset; name@2 is that contract.
type contracts struct {
	Named     map[string]string // the manifest's name of each, by any name that callers use
	Public    map[string]string // how the catalogue calls it, by the manifest's name
	Successor map[string]string // the next contract, by the manifest's name
}

func contractsOf(m archwire.Manifest) contracts {
	c := contracts{Named: map[string]string{}, Public: map[string]string{}, Successor: map[string]string{}}
	sorted := slices.SortedFunc(slices.Values(m.Datasets), func(a, b archwire.Dataset) int { return cmp.Compare(a.Contract, b.Contract) })
	before := map[string]string{} // the contract before, by family
	for _, d := range sorted {
		family := archwire.Family(d.Name)
		name := archwire.UnderContract(family, d.Contract)
		c.Named[name] = d.Name
		if older, ok := before[family]; ok {
			c.Successor[older], c.Public[d.Name] = name, name
		} else {
			c.Named[family], c.Public[d.Name] = d.Name, family
		}
		before[family] = d.Name
	}
	return c
}
