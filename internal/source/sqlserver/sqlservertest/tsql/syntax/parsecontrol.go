package syntax

import "strings"

// set takes SET option value, and SET @x = value.
func (p *parser) set() any {
	p.must("SET")
	if t := p.peek(); t.kind == variable {
		p.at++
		p.mustSign("=")
		return &Set{Var: t.text, X: p.expr()}
	}
	if p.take("TRANSACTION", "ISOLATION", "LEVEL") {
		for _, level := range []string{"READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT"} {
			if p.take(strings.Fields(level)...) {
				return &Set{Option: "ISOLATION", Value: level}
			}
		}
		p.wrong()
	}
	options := []string{strings.ToUpper(p.anyWord())}
	if options[0] == "STATISTICS" {
		options[0] += " " + strings.ToUpper(p.anyWord())
	}
	for p.sign(",") {
		options = append(options, strings.ToUpper(p.anyWord()))
	}
	s := &Set{Option: strings.Join(options, ",")}
	if s.Option == "IDENTITY_INSERT" {
		s.Option += " " + p.object().String()
	}
	if p.sign("-") {
		s.Value = "-"
	}
	t := p.next()
	if t.kind != word && t.kind != number && t.kind != text && t.kind != wideText && t.kind != hexadecimal {
		p.at--
		p.wrong()
	}
	s.Value += strings.ToUpper(t.text)
	return s
}

func (p *parser) declare() any {
	p.must("DECLARE")
	block := &Block{}
	for {
		t := p.next()
		if t.kind != variable {
			p.at--
			p.wrong()
		}
		p.take("AS")
		d := &Declare{Name: t.text, Type: p.typeName()}
		if p.sign("=") {
			d.X = p.expr()
		}
		block.Statements = append(block.Statements, Statement{Line: t.line, Do: d})
		if !p.sign(",") {
			break
		}
	}
	if len(block.Statements) == 1 {
		return block.Statements[0].Do
	}
	return block
}

func (p *parser) transaction() any {
	label := func() string {
		if t := p.peek(); t.kind == quoted || t.kind == variable || t.kind == word && !reserved[strings.ToUpper(t.text)] && !opens[strings.ToUpper(t.text)] {
			p.at++
			return t.text
		}
		return ""
	}
	switch {
	case p.take("BEGIN", "TRANSACTION"), p.take("BEGIN", "TRAN"):
		return &Begin{label()}
	case p.take("BEGIN", "TRY"):
		t := &Try{Do: p.until("END", "TRY")}
		p.must("BEGIN", "CATCH")
		t.Catch = p.until("END", "CATCH")
		return t
	case p.take("BEGIN"):
		return &Block{p.until("END")}
	case p.take("COMMIT"):
		if p.take("TRANSACTION") || p.take("TRAN") {
			label()
		} else {
			p.take("WORK")
		}
		return &Commit{}
	case p.take("ROLLBACK"):
		r := &Rollback{}
		if p.take("TRANSACTION") || p.take("TRAN") {
			r.Name = label()
		} else {
			p.take("WORK")
		}
		return r
	}
	p.wrong()
	return nil
}

// until takes statements to the words that end a block.
func (p *parser) until(words ...string) []Statement {
	var out []Statement
	for !p.take(words...) {
		if p.sign(";") {
			continue
		}
		out = append(out, p.statement())
	}
	return out
}

func (p *parser) control() any {
	if p.take("WHILE") {
		w := &While{Cond: p.expr()}
		w.Do = []Statement{p.statement()}
		return w
	}
	p.must("IF")
	i := &If{Cond: p.expr()}
	i.Then = []Statement{p.statement()}
	if p.take("ELSE") {
		i.Else = []Statement{p.statement()}
	}
	return i
}
