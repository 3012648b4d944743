package syntax

import (
	"strconv"
	"strings"
)

func (p *parser) definition() any {
	switch {
	case p.take("CREATE", "TABLE"):
		return p.createTable()
	case p.take("CREATE", "VIEW"), p.take("CREATE", "OR", "ALTER", "VIEW"):
		return p.createView()
	case p.is("CREATE", "UNIQUE"), p.is("CREATE", "INDEX"), p.is("CREATE", "CLUSTERED"), p.is("CREATE", "NONCLUSTERED"):
		p.must("CREATE")
		return p.createIndex()
	case p.take("CREATE", "STATISTICS"):
		s := &CreateStatistics{Name: p.name()}
		p.must("ON")
		s.Table, s.Columns = p.object(), p.names()
		if p.take("WITH") {
			p.anyWord()
		}
		return s
	case p.take("CREATE"):
		return p.create()
	case p.take("DROP"):
		return p.drop()
	case p.take("ALTER", "TABLE"):
		return p.alterTable()
	case p.take("ALTER", "DATABASE"):
		return p.alterDatabase()
	case p.take("ALTER", "VIEW"):
		v := p.createView()
		v.Alter = true
		return v
	case p.is("GRANT"), p.is("DENY"), p.is("REVOKE"):
		return p.grant()
	}
	p.at++
	p.wrong()
	return nil
}

func (p *parser) createTable() any {
	t := &CreateTable{Name: p.object()}
	p.mustSign("(")
	for {
		switch {
		case p.is(")"):
		case p.take("PERIOD", "FOR", "SYSTEM_TIME"):
			t.Period = p.names()
		case p.startsConstraint():
			t.Constraints = append(t.Constraints, p.constraint())
		default:
			t.Columns = append(t.Columns, p.columnDef())
		}
		if !p.sign(",") {
			break
		}
	}
	p.mustSign(")")
	if p.take("ON") {
		p.name()
	}
	if p.take("WITH") {
		p.tableOptions(t)
	}
	return t
}

func (p *parser) tableOptions(t *CreateTable) {
	p.mustSign("(")
	for {
		switch option := strings.ToUpper(p.anyWord()); option {
		case "MEMORY_OPTIMIZED":
			p.mustSign("=")
			t.Memory = strings.EqualFold(p.anyWord(), "ON")
		case "SYSTEM_VERSIONING":
			p.mustSign("=")
			t.Versioned = strings.EqualFold(p.anyWord(), "ON")
			if p.sign("(") {
				p.must("HISTORY_TABLE", "=")
				t.History = p.object()
				p.mustSign(")")
			}
		case "DURABILITY", "DATA_COMPRESSION":
			p.mustSign("=")
			p.anyWord()
		default:
			p.at--
			p.wrong()
		}
		if !p.sign(",") {
			break
		}
	}
	p.mustSign(")")
}

func (p *parser) startsConstraint() bool {
	return p.is("CONSTRAINT") || p.is("PRIMARY", "KEY") || p.is("UNIQUE") || p.is("CHECK") || p.is("FOREIGN", "KEY") || p.is("INDEX")
}

func (p *parser) constraint() Constraint {
	c := Constraint{}
	if p.take("CONSTRAINT") {
		c.Name = p.name()
	}
	switch {
	case p.take("PRIMARY", "KEY"):
		c.Kind = "PRIMARY KEY"
	case p.take("UNIQUE"):
		c.Kind = "UNIQUE"
	case p.take("INDEX"):
		c.Kind, c.Name = "INDEX", p.name()
	case p.take("CHECK"):
		p.mustSign("(")
		c.Kind, c.Check = "CHECK", p.expr()
		p.mustSign(")")
		return c
	case p.take("FOREIGN", "KEY"):
		c.Kind = "FOREIGN KEY"
		p.names()
		p.references()
		return c
	default:
		p.wrong()
	}
	p.keyColumns(&c)
	return c
}

func (p *parser) keyColumns(c *Constraint) {
	if p.take("CLUSTERED") {
		c.Clustered = "CLUSTERED"
	} else if p.take("NONCLUSTERED") {
		c.Clustered = "NONCLUSTERED"
	}
	if p.sign("(") {
		c.Columns = p.orders()
		p.mustSign(")")
	}
	if p.take("WITH") {
		p.mustSign("(")
		for !p.sign(")") {
			if p.next().kind == end {
				p.wrong()
			}
		}
	}
}

func (p *parser) references() {
	p.must("REFERENCES")
	p.object()
	if p.is("(") {
		p.names()
	}
	for p.take("ON") {
		p.anyWord() // DELETE or UPDATE
		if p.take("NO") {
			p.must("ACTION")
		} else if p.take("SET") {
			p.anyWord()
		} else {
			p.must("CASCADE")
		}
	}
}

func (p *parser) columnDef() ColumnDef {
	c := ColumnDef{Name: p.name()}
	if p.take("AS") {
		p.mustSign("(")
		from := p.at - 1
		c.Computed = p.expr()
		p.mustSign(")")
		c.ComputedSQL = p.src[p.tokens[from].from:p.tokens[p.at-1].from] + ")"
		c.Persisted = p.take("PERSISTED")
	} else {
		c.Type = p.typeName()
	}
	for p.columnOption(&c) {
	}
	return c
}

func (p *parser) columnOption(c *ColumnDef) bool {
	switch {
	case p.take("NOT", "NULL"):
		c.NotNull = true
	case p.take("NULL"):
		c.Null = true
	case p.take("COLLATE"):
		c.Collation = p.anyWord()
	case p.take("IDENTITY"):
		c.Identity, c.Seed, c.Step = true, 1, 1
		if p.sign("(") {
			c.Seed = p.signed()
			p.mustSign(",")
			c.Step = p.signed()
			p.mustSign(")")
		}
	case p.take("SPARSE"):
		c.Sparse = true
	case p.take("MASKED", "WITH"):
		p.mask()
		c.Masked = true
	case p.take("PERSISTED"):
		c.Persisted = true
	case p.take("HIDDEN"):
		c.Hidden = true
	case p.take("ROWGUIDCOL"):
	case p.take("GENERATED", "ALWAYS", "AS", "ROW", "START"):
		c.Generated = "START"
	case p.take("GENERATED", "ALWAYS", "AS", "ROW", "END"):
		c.Generated = "END"
	case p.is("REFERENCES"):
		p.references()
	case p.take("DEFAULT"):
		c.Default = p.expr2()
	case p.is("CONSTRAINT") && strings.EqualFold(p.ahead(2).text, "DEFAULT"):
		p.at += 3
		c.Default = p.expr2()
	case p.startsConstraint():
		k := p.constraint()
		if k.Columns == nil && k.Kind != "CHECK" && k.Kind != "FOREIGN KEY" {
			k.Columns = []Order{{X: &Column{Name: c.Name}}}
		}
		c.Constraints = append(c.Constraints, k)
	default:
		return false
	}
	return true
}

// mask passes over what a column is masked by.
func (p *parser) mask() {
	p.mustSign("(")
	p.must("FUNCTION")
	p.mustSign("=")
	p.sum()
	p.mustSign(")")
}

// expr2 takes a default: a value without the operators that NULL and NOT NULL
// behind it would look like.
func (p *parser) expr2() Expr { return p.sum() }

func (p *parser) signed() int64 {
	s := ""
	if p.sign("-") {
		s = "-"
	}
	n, err := strconv.ParseInt(s+p.peek().text, 10, 64)
	if err != nil {
		p.wrong()
	}
	p.at++
	return n
}

func (p *parser) createView() *CreateView {
	v := &CreateView{Name: p.object()}
	if p.is("(") {
		v.Columns = p.names()
	}
	if p.take("WITH") {
		p.must("SCHEMABINDING")
	}
	p.must("AS")
	from := p.peek().from
	v.Query = p.query()
	v.Text = p.since(from)
	return v
}

func (p *parser) createIndex() any {
	i := &CreateIndex{Unique: p.take("UNIQUE"), Cluster: p.take("CLUSTERED")}
	p.take("NONCLUSTERED")
	p.must("INDEX")
	i.Name = p.name()
	p.must("ON")
	i.Table = p.object()
	p.mustSign("(")
	i.Columns = p.orders()
	p.mustSign(")")
	if p.take("INCLUDE") {
		i.Include = p.names()
	}
	return i
}

func (p *parser) create() any {
	c := &Create{What: strings.ToUpper(p.anyWord()), Args: map[string]string{}}
	switch c.What {
	case "SCHEMA":
		c.Name = p.name()
		if p.take("AUTHORIZATION") {
			p.name()
		}
	case "DATABASE":
		c.Name = p.name()
		if p.take("COLLATE") {
			c.Args["COLLATE"] = p.anyWord()
		}
	case "LOGIN":
		c.Name = p.name()
		p.must("WITH")
		for {
			option := strings.ToUpper(p.anyWord())
			p.mustSign("=")
			c.Args[option] = p.next().text
			if !p.sign(",") {
				break
			}
		}
	case "USER":
		c.Name = p.name()
		if p.take("FOR", "LOGIN") || p.take("FROM", "LOGIN") {
			c.Args["LOGIN"] = p.name()
		}
	default:
		p.at--
		fail(343, p.peek().line, "Unknown object type '%s' used in a CREATE, DROP, or ALTER statement.", c.What)
	}
	return c
}

func (p *parser) drop() any {
	d := &Drop{What: strings.ToUpper(p.anyWord())}
	switch d.What {
	case "TABLE", "VIEW", "SCHEMA", "DATABASE", "INDEX", "USER", "LOGIN", "STATISTICS":
	default:
		p.at--
		fail(343, p.peek().line, "Unknown object type '%s' used in a CREATE, DROP, or ALTER statement.", d.What)
	}
	d.IfExists = p.take("IF", "EXISTS")
	d.Names = []Name{p.object()}
	for p.sign(",") {
		d.Names = append(d.Names, p.object())
	}
	if d.What == "INDEX" {
		p.must("ON")
		d.On = p.object()
	}
	return d
}

func (p *parser) grant() any {
	g := &Grant{Verb: strings.ToUpper(p.anyWord())}
	for {
		words := []string{strings.ToUpper(p.anyWord())}
		for !p.is(",") && !p.is("ON") && !p.is("TO") && !p.is("FROM") {
			words = append(words, strings.ToUpper(p.anyWord()))
		}
		g.Permissions = append(g.Permissions, strings.Join(words, " "))
		if !p.sign(",") {
			break
		}
	}
	if p.take("ON") {
		g.Class = "OBJECT"
		if p.ahead(1).text == "::" {
			g.Class = strings.ToUpper(p.anyWord())
			p.mustSign("::")
		}
		n := p.object()
		g.On = &n
	}
	if !p.take("TO") {
		p.must("FROM")
	}
	g.To = p.name()
	return g
}
