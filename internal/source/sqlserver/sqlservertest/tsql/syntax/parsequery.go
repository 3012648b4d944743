package syntax

import (
	"strings"
)

// query takes [WITH ...] SELECT ... ORDER BY ... OPTION (...).
func (p *parser) query() *Query {
	q := &Query{}
	if p.take("WITH") {
		q.With = p.ctes()
	}
	q.Body = p.body()
	if p.is("ORDER") {
		q.Order = p.orderBy()
	}
	if p.take("OFFSET") {
		q.Offset = p.sum()
		if !p.take("ROWS") {
			p.must("ROW")
		}
		if p.take("FETCH") {
			if !p.take("NEXT") {
				p.must("FIRST")
			}
			q.Fetch = p.sum()
			if !p.take("ROWS") {
				p.must("ROW")
			}
			p.must("ONLY")
		}
	}
	p.option()
	return q
}

// option takes hints of the optimizer, which change no result.
func (p *parser) option() {
	if !p.take("OPTION") {
		return
	}
	p.mustSign("(")
	for depth := 1; depth > 0; {
		t := p.next()
		switch {
		case t.kind == end:
			p.wrong()
		case t.kind == sign && t.text == "(":
			depth++
		case t.kind == sign && t.text == ")":
			depth--
		}
	}
}

func (p *parser) ctes() []CTE {
	var out []CTE
	for {
		c := CTE{Name: p.name()}
		if p.is("(") {
			c.Columns = p.names()
		}
		p.must("AS")
		p.mustSign("(")
		c.Query = p.query()
		p.mustSign(")")
		out = append(out, c)
		if !p.sign(",") {
			return out
		}
	}
}

func (p *parser) body() Body {
	left := p.intersection()
	for {
		switch {
		case p.take("UNION"):
			left = &SetOp{Op: "UNION", All: p.take("ALL"), Left: left, Right: p.intersection()}
		case p.take("EXCEPT"):
			left = &SetOp{Op: "EXCEPT", Left: left, Right: p.intersection()}
		default:
			return left
		}
	}
}

func (p *parser) intersection() Body {
	left := p.term()
	for p.take("INTERSECT") {
		left = &SetOp{Op: "INTERSECT", Left: left, Right: p.term()}
	}
	return left
}

func (p *parser) term() Body {
	switch {
	case p.sign("("):
		q := p.query()
		p.mustSign(")")
		return &Nested{q}
	case p.is("VALUES"):
		return p.values()
	}
	return p.selectBody()
}

func (p *parser) values() *Values {
	p.must("VALUES")
	v := &Values{}
	for {
		p.mustSign("(")
		row := []Expr{p.valueOrDefault()}
		for p.sign(",") {
			row = append(row, p.valueOrDefault())
		}
		p.mustSign(")")
		v.Rows = append(v.Rows, row)
		if !p.sign(",") {
			return v
		}
	}
}

// valueOrDefault takes DEFAULT as nil.
func (p *parser) valueOrDefault() Expr {
	if p.take("DEFAULT") {
		return nil
	}
	return p.expr()
}

func (p *parser) selectBody() *Select {
	p.must("SELECT")
	s := &Select{Distinct: p.take("DISTINCT")}
	if !s.Distinct {
		p.take("ALL")
	}
	if p.take("TOP") {
		s.Top = p.top()
		s.Percent = p.take("PERCENT")
		s.WithTies = p.take("WITH", "TIES")
	}
	s.Items = p.items()
	if p.take("INTO") {
		n := p.object()
		s.Into = &n
	}
	if p.take("FROM") {
		s.From = p.sources()
	}
	if p.take("WHERE") {
		s.Where = p.expr()
	}
	if p.take("GROUP", "BY") {
		s.Group = p.exprs()
	}
	if p.take("HAVING") {
		s.Having = p.expr()
	}
	return s
}

func (p *parser) top() Expr {
	if p.sign("(") {
		x := p.expr()
		p.mustSign(")")
		return x
	}
	return p.primary()
}

func (p *parser) items() []Item {
	out := []Item{p.item()}
	for p.sign(",") {
		out = append(out, p.item())
	}
	return out
}

func (p *parser) item() Item {
	if p.sign("*") {
		return Item{Star: true}
	}
	if q, ok := p.qualifiedStar(); ok {
		return Item{Star: true, Qualifier: q}
	}
	t, after := p.peek(), p.ahead(1)
	if after.kind == sign && after.text == "=" && (t.kind == variable || t.kind == quoted || t.kind == word) {
		if t.kind == variable {
			p.at += 2
			return Item{Assign: t.text, X: p.expr()}
		}
		if !reserved[strings.ToUpper(t.text)] || t.kind == quoted {
			p.at += 2
			return Item{Alias: t.text, X: p.expr()}
		}
	}
	item := Item{X: p.expr()}
	if t := p.peek(); t.kind == text || t.kind == wideText {
		item.Alias = p.next().text
		return item
	}
	item.Alias = p.alias()
	return item
}

// qualifiedStar takes a.b.*.
func (p *parser) qualifiedStar() ([]string, bool) {
	var parts []string
	for i := 0; ; i += 2 {
		t := p.ahead(i)
		if t.kind == sign && t.text == "*" && len(parts) > 0 {
			p.at += i + 1
			return parts, true
		}
		if t.kind != word && t.kind != quoted || p.ahead(i+1).text != "." {
			return nil, false
		}
		parts = append(parts, t.text)
	}
}

func (p *parser) orderBy() []Order {
	p.must("ORDER", "BY")
	return p.orders()
}

func (p *parser) orders() []Order {
	var out []Order
	for {
		o := Order{X: p.expr()}
		if p.take("DESC") {
			o.Desc = true
		} else {
			p.take("ASC")
		}
		out = append(out, o)
		if !p.sign(",") {
			return out
		}
	}
}
