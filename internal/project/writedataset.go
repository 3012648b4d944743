package project

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"archwire"
)

// WriteDataset writes the file of a dataset. It loads without complaints where what
// the dataset is from has its columns.
func WriteDataset(d archwire.Dataset) ([]byte, error) {
	root := mapping()
	put(root, "dataset", plain("!!str", d.Name))
	putText(root, "description", d.Description)
	put(root, "from", scalar(d.From))
	put(root, "tenant", scalar(d.Tenant))
	put(root, "key", flow(d.Key))
	columns := mapping()
	for _, c := range d.Columns {
		column := mapping()
		column.Style = yaml.FlowStyle
		put(column, "class", scalar(string(c.Class)))
		putText(column, "pseudonym", c.Pseudonym)
		putText(column, "unit", c.Unit)
		putText(column, "description", c.Description)
		put(columns, c.Name, column)
	}
	put(root, "columns", columns)
	putText(root, "person", d.Person)
	putText(root, "location", d.Location)
	put(root, "contract", plain("!!int", strconv.Itoa(d.Contract)))
	if d.Sunset != "" {
		put(root, "sunset", plain("!!timestamp", string(d.Sunset)))
	}
	return write(root)
}

// plain is a scalar that needs no quotes.
func plain(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// putText appends a field that may be left out.
func putText(to *yaml.Node, key, text string) {
	if text != "" {
		put(to, key, scalar(text))
	}
}
