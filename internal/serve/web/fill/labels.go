package fill

import (
	"slices"
	"strings"
)

// Labelled adds what the catalogue's columns call their values. A value that columns of
// one name call otherwise has no name there.
func (n Names) Labelled(c Catalogue) Names {
	found := map[[2]string]string{}
	for _, d := range c.Datasets {
		for _, column := range d.Columns {
			for value, label := range column.Labels {
				of := [2]string{column.Name, value}
				if is, ok := found[of]; ok && is != label {
					label = ""
				}
				found[of] = label
			}
		}
	}
	for of, label := range found {
		if label != "" && !n.has(of[0], of[1]) {
			n.Add(of[0], Name{of[1], besideCode(of[1], label)})
		}
	}
	for _, names := range n {
		slices.SortFunc(names.list, func(a, b Name) int { return strings.Compare(a.Label, b.Label) })
	}
	return n
}

// Label is what the column calls a value; not ok where it does not.
func (c Column) Label(value string) (string, bool) {
	label, ok := c.Labels[value]
	return besideCode(value, label), ok
}

// besideCode is a label with the code that it is of, which people know: 45. A word of
// programs, such as phase1, is nothing to know.
func besideCode(code, label string) string {
	if code == "" || code[0] >= 'a' && code[0] <= 'z' {
		return label
	}
	return label + " (" + code + ")"
}
