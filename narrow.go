package archwire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Under is the manifest of a publication as it may be read while the publication of
// now is in service: its datasets are under those of now. Nothing else of it changes.
func (m Manifest) Under(now Manifest) (Manifest, error) {
	datasets := make([]Dataset, len(m.Datasets))
	var narrowed []Dataset
	for i, d := range m.Datasets {
		datasets[i] = d.Under(now.Datasets)
		if datasets[i].Published != nil {
			narrowed = append(narrowed, datasets[i])
		}
	}
	if len(narrowed) == 0 {
		return m, nil
	}
	text, err := json.Marshal(narrowed)
	if err != nil {
		return m, fmt.Errorf("telling what is closed of publication %s: %w", m.ID, err)
	}
	const enough = 16
	sum := sha256.Sum256(text)
	m.Datasets, m.Narrowed = datasets, hex.EncodeToString(sum[:enough])
	return m, nil
}

// Under is the dataset as it may be read while the datasets now are in service: of
// each column it shows what both its own class and today's show, and no location
// column but one that is both. Columns and datasets that there are not today are as
// they were published.
func (d Dataset) Under(now []Dataset) Dataset {
	published := d
	d.Columns = slices.Clone(d.Columns)
	for _, today := range published.successors(now) {
		for i, c := range d.Columns {
			for _, t := range today.Columns {
				if strings.EqualFold(t.Name, c.Name) {
					d.Columns[i] = d.Columns[i].under(t)
				}
			}
		}
		if today.Location != d.Location {
			d.Location = ""
		}
	}
	if d.Location == published.Location && slices.EqualFunc(d.Columns, published.Columns, DatasetColumn.equal) {
		return published
	}
	d.Published = &published
	return d
}

// successors are what is in service of a dataset: that of the same contract or, where
// there is none, those of all its contracts.
func (d Dataset) successors(now []Dataset) (family []Dataset) {
	for _, t := range now {
		if Family(t.Name) != Family(d.Name) {
			continue
		}
		if t.Contract == d.Contract {
			return []Dataset{t}
		}
		family = append(family, t)
	}
	return family
}

// under is the column with the stricter class of the two, and with pseudonyms where
// one of them has them: of two domains, in one of both, whose pseudonyms are equal where
// those of each are.
func (c DatasetColumn) under(today DatasetColumn) DatasetColumn {
	if opening(today.Class) < opening(c.Class) {
		c.Class = today.Class
	}
	switch {
	case c.Pseudonym == "":
		c.Pseudonym = today.Pseudonym
	case today.Pseudonym != "" && today.Pseudonym != c.Pseudonym:
		c.Pseudonym += "+" + today.Pseudonym
	}
	return c
}

// opening is how many profiles open a class.
func opening(c Class) (n int) {
	for _, p := range Profiles() {
		if p.Opens(c) {
			n++
		}
	}
	return n
}

// Narrowed lists the columns that profile p is shown less of than when the dataset was
// published. The dataset is one of a manifest, with all its columns.
func (d Dataset) Narrowed(p Profile) (names []string) {
	if d.Published == nil {
		return nil
	}
	for i, was := range d.Published.Columns {
		is := d.Columns[i]
		if p.Opens(was.Class) && (!p.Opens(is.Class) || p != Identified && is.Pseudonym != was.Pseudonym) {
			names = append(names, is.Name)
		}
	}
	return names
}
