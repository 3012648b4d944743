package syntax

import "strings"

// statement takes one statement; semicolons between them are optional.
func (p *parser) statement() Statement {
	from := p.peek()
	s := Statement{Line: from.line}
	s.Do = p.do()
	s.Text = p.since(from.from)
	p.sign(";")
	return s
}

func (p *parser) do() any {
	switch strings.ToUpper(p.peek().text) {
	case "SELECT", "WITH", "(", "INSERT", "UPDATE", "DELETE", "TRUNCATE":
		return p.data()
	case "CREATE", "ALTER", "DROP", "GRANT", "DENY", "REVOKE":
		return p.definition()
	case "SET":
		return p.set()
	case "DECLARE":
		return p.declare()
	case "BEGIN", "COMMIT", "ROLLBACK", "SAVE":
		return p.transaction()
	case "IF", "WHILE":
		return p.control()
	}
	return p.other()
}

func (p *parser) other() any {
	switch {
	case p.take("EXEC"), p.take("EXECUTE"):
		return p.exec()
	case p.take("USE"):
		return &Use{p.name()}
	case p.take("PRINT"):
		return &Print{p.expr()}
	case p.take("THROW"):
		t := &Throw{}
		if p.peek().kind == number || p.peek().kind == variable {
			t.Number = p.expr()
			p.mustSign(",")
			t.Message = p.expr()
			p.mustSign(",")
			t.State = p.expr()
		}
		return t
	case p.take("RAISERROR"):
		return p.raise()
	case p.take("WAITFOR"):
		p.must("DELAY")
		return &WaitFor{p.expr()}
	case p.take("RETURN"):
		return &Return{}
	case p.take("KILL"):
		return &Kill{p.expr()}
	case p.take("CHECKPOINT"):
		return &Checkpoint{}
	case p.is("UPDATE", "STATISTICS"):
		p.at += 2
		return &CreateStatistics{Table: p.object()}
	}
	t := p.peek()
	if p.at == 0 && (t.kind == quoted || t.kind == word && !reserved[strings.ToUpper(t.text)]) {
		return p.exec() // the first statement of a batch may call a procedure without EXEC
	}
	p.wrong()
	return nil
}

func (p *parser) data() any {
	switch {
	case p.is("UPDATE", "STATISTICS"):
		p.at += 2
		s := &CreateStatistics{Table: p.object()}
		if !p.is(";") && p.peek().kind == word && !reserved[strings.ToUpper(p.peek().text)] {
			s.Name = p.name()
		}
		if p.take("WITH") {
			p.anyWord()
		}
		return s
	case p.take("TRUNCATE", "TABLE"):
		return &Truncate{p.object()}
	case p.is("WITH"):
		p.at++
		with := p.ctes()
		switch {
		case p.is("INSERT"):
			i := p.insert().(*Insert)
			i.Query.With = with
			return i
		case p.is("UPDATE"):
			u := p.update()
			u.With = with
			return u
		case p.is("DELETE"):
			d := p.delete()
			d.With = with
			return d
		}
		q := p.query()
		q.With = with
		return &SelectStatement{q}
	case p.is("INSERT"):
		return p.insert()
	case p.is("UPDATE"):
		return p.update()
	case p.is("DELETE"):
		return p.delete()
	}
	return &SelectStatement{p.query()}
}

func (p *parser) insert() any {
	p.must("INSERT")
	if p.take("BULK") {
		return p.bulk()
	}
	p.take("INTO")
	i := &Insert{Table: p.object()}
	p.hints()
	if p.is("(") && !strings.EqualFold(p.ahead(1).text, "SELECT") {
		i.Columns = p.names()
	}
	i.Output = p.output()
	switch {
	case p.take("DEFAULT", "VALUES"):
	case p.is("EXEC"), p.is("EXECUTE"):
		p.wrong()
	default:
		i.Query = p.query()
	}
	return i
}

func (p *parser) output() []Item {
	if !p.take("OUTPUT") {
		return nil
	}
	return p.items()
}

func (p *parser) bulk() any {
	b := &InsertBulk{Table: p.object()}
	p.mustSign("(")
	for {
		c := ColumnDef{Name: p.name(), Type: p.typeName()}
		if p.take("COLLATE") {
			c.Collation = p.anyWord()
		}
		b.Columns = append(b.Columns, c)
		if !p.sign(",") {
			break
		}
	}
	p.mustSign(")")
	if p.take("WITH") {
		p.mustSign("(")
		for !p.sign(")") {
			if p.peek().kind == end {
				p.wrong()
			}
			b.Options = append(b.Options, strings.ToUpper(p.next().text))
		}
	}
	return b
}

func (p *parser) update() *Update {
	p.must("UPDATE")
	u := &Update{}
	if p.take("TOP") {
		u.Top = p.top()
	}
	u.Target = p.object()
	p.hints()
	p.must("SET")
	for {
		name := p.object().Last()
		t := p.next()
		a := Assignment{Column: name}
		switch {
		case t.text == "=":
			a.X = p.expr()
		case len(t.text) == 2 && t.text[1] == '=' && strings.Contains("+-*/%", t.text[:1]):
			a.X = &Binary{t.text[:1], &Column{Name: name, Line: t.line}, p.expr()}
		default:
			p.at--
			p.wrong()
		}
		if l, ok := a.X.(*Column); ok && strings.EqualFold(l.Name, "DEFAULT") {
			a.X = nil
		}
		u.Set = append(u.Set, a)
		if !p.sign(",") {
			break
		}
	}
	u.Output = p.output()
	if p.take("FROM") {
		u.From = p.sources()
	}
	if p.take("WHERE") {
		u.Where = p.expr()
	}
	p.option()
	return u
}

func (p *parser) delete() *Delete {
	p.must("DELETE")
	d := &Delete{}
	if p.take("TOP") {
		d.Top = p.top()
	}
	p.take("FROM")
	d.Target = p.object()
	p.hints()
	d.Output = p.output()
	if p.take("FROM") {
		d.From = p.sources()
	}
	if p.take("WHERE") {
		d.Where = p.expr()
	}
	p.option()
	return d
}

func (p *parser) raise() any {
	p.mustSign("(")
	args := p.exprs()
	p.mustSign(")")
	if len(args) < 3 {
		p.wrong()
	}
	if p.take("WITH") {
		p.must("NOWAIT")
	}
	return &RaiseError{args[0], args[1], args[2], args[3:]}
}

// exec takes what follows EXEC.
func (p *parser) exec() any {
	e := &Exec{}
	if p.sign("(") {
		e.SQL = p.expr()
		p.mustSign(")")
		return e
	}
	e.Proc = p.object()
	for {
		t := p.peek()
		if t.kind == end || t.kind == sign && t.text == ";" || t.kind == word && reserved[strings.ToUpper(t.text)] && !strings.EqualFold(t.text, "NULL") && !strings.EqualFold(t.text, "CONVERT") {
			return e
		}
		a := Arg{}
		if t.kind == variable && p.ahead(1).text == "=" {
			a.Name = t.text
			p.at += 2
		}
		if t := p.peek(); t.kind == word && !strings.EqualFold(t.text, "NULL") && p.ahead(1).text != "(" {
			a.X = &Literal{"wide", p.next().text} // a word stands for its text
		} else {
			a.X = p.expr()
		}
		if p.take("OUTPUT") || p.take("OUT") {
			p.wrong()
		}
		e.Args = append(e.Args, a)
		if !p.sign(",") {
			return e
		}
	}
}
