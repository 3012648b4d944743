package project

import "archwire"

// datasetSpec describes datasets/<file>.yaml.
func datasetSpec(d *archwire.Dataset) spec {
	return spec{Name: KindDataset, Doc: "What consumers see: datasets/<file>.yaml. A file may hold several, divided by ---.", Fields: []field{
		{
			"dataset", "The dataset's name. An older contract that is served beside it has its number behind the name: name@1.", true, "",
			text{&d.Name, underContract()},
		},
		{"title", "Its name for people.", false, "its name in words", text{&d.Title, anyText()}},
		{"description", "What a row is.", false, "", text{&d.Description, anyText()}},
		{"from", "The model or copied table that is published.", true, "", text{&d.From, relation()}},
		{"tenant", "The column that says which tenant a row belongs to. It is always published.", true, "", text{&d.Tenant, anyText()}},
		{"key", "The columns that identify a row within a tenant; [] when there is one row a tenant.", true, "", list{&d.Key, "column"}},
		{"columns", "The columns that are published, with their privacy class.", true, "", entries[archwire.DatasetColumn]{
			&d.Columns, "column", anyText(), func(name string, c *archwire.DatasetColumn) value {
				c.Name = name
				return object{datasetColumnSpec(c)}
			},
		}},
		{
			"person", "The column with the key of the person that a row is about. The ledger of disclosures can then tell who was sent which person's rows.",
			false,
			"rows are about no person",
			text{&d.Person, anyText()},
		},
		{
			"location", "The column with the location that a row belongs to. Grants that are limited to locations restrict it; it is public.",
			false,
			"grants limited to locations open nothing of it",
			text{&d.Location, anyText()},
		},
		{"contract", "The contract's version; removing or retyping a column needs a higher one.", true, "", integer{&d.Contract, 1}},
		{"sunset", "The last business date on which it is published. An older contract must name one.", false, "it is published on", day{&d.Sunset}},
	}}
}

func datasetColumnSpec(c *archwire.DatasetColumn) spec {
	classes := []archwire.Class{archwire.ClassPublic, archwire.ClassPseudonymous, archwire.ClassIdentified}
	return spec{Name: "column", Doc: "A published column.", Fields: []field{
		{
			"class", "How much the column tells about a person: public nothing; pseudonymous keys, dates and facts of one person; identified names and contacts.",
			true, "",
			choice[archwire.Class]{&c.Class, "privacy class", classes},
		},
		{
			"pseudonym", "Under profile pseudonymous each client is given pseudonyms of its own in place of the values: text, equal for equal values in columns that name the same domain here.",
			false,
			"the values leave as they are",
			text{&c.Pseudonym, name()},
		},
		{"unit", "The unit of its values: usd, day, count; of a date that stands for its month: month.", false, "", text{&c.Unit, anyText()}},
		{"description", "What the column means.", false, "", text{&c.Description, anyText()}},
		{
			"labels", "What values are called, by the value: {\"45\": Above the agreed fee}. People are shown these; the values themselves stay as they are.",
			false,
			"values say themselves what they are",
			labels{&c.Labels},
		},
	}}
}
