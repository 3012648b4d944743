package syntax

import (
	"strconv"
	"strings"
)

// expr takes a value or a condition; which of both it is, is found when it is
// bound.
func (p *parser) expr() Expr { return p.or() }

func (p *parser) or() Expr {
	x := p.and()
	for p.take("OR") {
		x = &Binary{"OR", x, p.and()}
	}
	return x
}

func (p *parser) and() Expr {
	x := p.not()
	for p.take("AND") {
		x = &Binary{"AND", x, p.not()}
	}
	return x
}

func (p *parser) not() Expr {
	if p.take("NOT") {
		return &Unary{"NOT", p.not()}
	}
	return p.compare()
}

var comparisons = map[string]string{
	"=": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "<>": "<>", "!=": "<>", "!<": ">=", "!>": "<=",
}

func (p *parser) compare() Expr {
	x := p.sum()
	for {
		t := p.peek()
		if op, ok := comparisons[t.text]; ok && t.kind == sign {
			p.at++
			x = &Binary{op, x, p.sum()}
			continue
		}
		not := p.is("NOT") && (strings.EqualFold(p.ahead(1).text, "IN") || strings.EqualFold(p.ahead(1).text, "LIKE") || strings.EqualFold(p.ahead(1).text, "BETWEEN"))
		if not {
			p.at++
		}
		switch {
		case p.take("IS"):
			negated := p.take("NOT")
			if p.take("DISTINCT", "FROM") {
				x = &Binary{map[bool]string{false: "IS DISTINCT", true: "IS NOT DISTINCT"}[negated], x, p.sum()}
				continue
			}
			p.must("NULL")
			x = &IsNull{x, negated}
		case p.take("BETWEEN"):
			low := p.sum()
			p.must("AND")
			x = &Between{x, low, p.sum(), not}
		case p.take("LIKE"):
			l := &Like{X: x, Pattern: p.sum(), Not: not}
			if p.take("ESCAPE") {
				l.Escape = p.sum()
			}
			x = l
		case p.take("IN"):
			x = p.in(x, not)
		default:
			return x
		}
	}
}

func (p *parser) in(x Expr, not bool) Expr {
	p.mustSign("(")
	in := &In{X: x, Not: not}
	if p.is("SELECT") || p.is("WITH") {
		in.Query = p.query()
	} else {
		in.List = p.exprs()
	}
	p.mustSign(")")
	return in
}

func (p *parser) exprs() []Expr {
	out := []Expr{p.expr()}
	for p.sign(",") {
		out = append(out, p.expr())
	}
	return out
}

func (p *parser) sum() Expr {
	x := p.product()
	for {
		t := p.peek()
		if t.kind != sign || !strings.Contains("+-&|^", t.text) || t.text == "" {
			return x
		}
		p.at++
		x = &Binary{t.text, x, p.product()}
	}
}

func (p *parser) product() Expr {
	x := p.unary()
	for {
		t := p.peek()
		if t.kind != sign || t.text != "*" && t.text != "/" && t.text != "%" {
			return x
		}
		p.at++
		x = &Binary{t.text, x, p.unary()}
	}
}

func (p *parser) unary() Expr {
	for _, op := range []string{"-", "+", "~"} {
		if p.sign(op) {
			x := p.unary()
			if l, ok := x.(*Literal); ok && op == "-" && (l.Kind == "int" || l.Kind == "decimal" || l.Kind == "float") && !strings.HasPrefix(l.Text, "-") {
				return &Literal{l.Kind, "-" + l.Text}
			}
			return &Unary{op, x}
		}
	}
	return p.postfix(p.primary())
}

// postfix takes COLLATE, AT TIME ZONE and methods.
func (p *parser) postfix(x Expr) Expr {
	for {
		switch {
		case p.take("COLLATE"):
			x = &Collate{x, p.anyWord()}
		case p.take("AT", "TIME", "ZONE"):
			x = &AtZone{x, p.primary()}
		case p.is(".") && p.ahead(1).kind == word && p.ahead(2).text == "(":
			p.at++
			m := &Method{X: x, Name: p.anyWord()}
			m.Args = p.arguments()
			x = m
		default:
			return x
		}
	}
}

func (p *parser) arguments() []Expr {
	p.mustSign("(")
	if p.sign(")") {
		return nil
	}
	args := p.exprs()
	p.mustSign(")")
	return args
}

func (p *parser) primary() Expr {
	t := p.peek()
	switch t.kind {
	case number:
		p.at++
		kind := "int"
		if strings.ContainsAny(t.text, "eE") {
			kind = "float"
		} else if strings.Contains(t.text, ".") {
			kind = "decimal"
		}
		return &Literal{kind, t.text}
	case text:
		p.at++
		return &Literal{"text", t.text}
	case wideText:
		p.at++
		return &Literal{"wide", t.text}
	case hexadecimal:
		p.at++
		return &Literal{"binary", t.text}
	case variable:
		p.at++
		return &Var{t.text}
	case sign:
		if t.text == "(" {
			return p.parenthesis()
		}
	case word:
		if x := p.keyword(strings.ToUpper(t.text)); x != nil {
			return x
		}
	}
	return p.named()
}

func (p *parser) parenthesis() Expr {
	p.mustSign("(")
	if p.is("SELECT") || p.is("WITH") {
		q := p.query()
		p.mustSign(")")
		return &Subquery{q}
	}
	x := p.expr()
	p.mustSign(")")
	return x
}

// keyword takes the expressions that begin with a word of their own.
func (p *parser) keyword(w string) Expr {
	switch w {
	case "NULL":
		p.at++
		return &Literal{"null", ""}
	case "CASE":
		return p.caseOf()
	case "EXISTS":
		p.at++
		p.mustSign("(")
		q := p.query()
		p.mustSign(")")
		return &Exists{q}
	case "CAST", "TRY_CAST":
		if p.ahead(1).text != "(" {
			return nil
		}
		p.at += 2
		c := &Cast{X: p.expr(), Try: w == "TRY_CAST"}
		p.must("AS")
		c.To = p.typeName()
		p.mustSign(")")
		return c
	case "CONVERT", "TRY_CONVERT":
		p.at++
		p.mustSign("(")
		c := &Cast{To: p.typeName(), Try: w == "TRY_CONVERT"}
		p.mustSign(",")
		c.X = p.expr()
		if p.sign(",") {
			c.Style = p.expr()
		}
		p.mustSign(")")
		return c
	case "CURRENT_TIMESTAMP", "CURRENT_USER", "USER", "SYSTEM_USER", "SESSION_USER":
		p.at++
		return &Call{Name: w, Line: p.peek().line}
	case "LEFT", "RIGHT", "COALESCE", "NULLIF", "IDENTITY", "SCHEMA":
		if p.ahead(1).text != "(" {
			return nil
		}
		c := &Call{Name: w, Line: p.next().line}
		c.Args = p.arguments()
		return c
	}
	return nil
}

func (p *parser) caseOf() Expr {
	p.must("CASE")
	c := &Case{}
	if !p.is("WHEN") {
		c.X = p.expr()
	}
	for p.take("WHEN") {
		w := When{If: p.expr()}
		p.must("THEN")
		w.Then = p.expr()
		c.Whens = append(c.Whens, w)
	}
	if len(c.Whens) == 0 {
		p.wrong()
	}
	if p.take("ELSE") {
		c.Else = p.expr()
	}
	p.must("END")
	return c
}

// named takes a column or a call.
func (p *parser) named() Expr {
	line := p.peek().line
	parts := []string{p.name()}
	if parts[0] == "%%physloc%%" {
		return &Column{Name: parts[0], Line: line}
	}
	for p.is(".") && p.ahead(1).text != "*" {
		if p.ahead(1).kind == word && p.ahead(2).text == "(" && len(parts) > 0 && !routine(parts) {
			break // a method of a column
		}
		p.at++
		parts = append(parts, p.name())
	}
	if p.sign("::") {
		parts = append(parts, "::"+p.anyWord())
	}
	if p.is("(") {
		return p.call(parts, line)
	}
	return &Column{Qualifier: parts[:len(parts)-1], Name: parts[len(parts)-1], Line: line}
}

// routine says whether what is before the point is a schema of functions.
func routine(parts []string) bool {
	return len(parts) == 1 && (strings.EqualFold(parts[0], "sys") || strings.EqualFold(parts[0], "dbo"))
}

func (p *parser) call(parts []string, line int32) Expr {
	p.mustSign("(")
	c := &Call{Name: strings.ToUpper(parts[len(parts)-1]), Line: line}
	if len(parts) > 1 {
		c.Schema = strings.Join(parts[:len(parts)-1], ".")
	}
	switch {
	case p.sign("*"):
		c.Star = true
	case p.is(")"):
	default:
		c.Distinct = p.take("DISTINCT")
		if !c.Distinct {
			p.take("ALL")
		}
		c.Args = p.exprs()
	}
	p.mustSign(")")
	if p.take("WITHIN", "GROUP") {
		p.mustSign("(")
		c.Within = p.orderBy()
		p.mustSign(")")
	}
	if p.take("OVER") {
		c.Over = p.over()
	}
	return c
}

func (p *parser) over() *Over {
	o := &Over{}
	p.mustSign("(")
	if p.take("PARTITION", "BY") {
		o.Partition = p.exprs()
	}
	if p.is("ORDER") {
		o.Order = p.orderBy()
	}
	if p.take("ROWS") {
		o.Rows = true
		if p.take("BETWEEN") {
			p.must("UNBOUNDED", "PRECEDING", "AND", "CURRENT", "ROW")
		} else {
			p.must("UNBOUNDED", "PRECEDING")
		}
	}
	p.mustSign(")")
	return o
}

// typeName takes a type with the numbers in parentheses.
func (p *parser) typeName() TypeName {
	t := TypeName{Name: p.typeWord()}
	if !p.sign("(") {
		return t
	}
	for {
		if p.take("MAX") {
			t.Args = append(t.Args, -1)
		} else {
			n, err := strconv.Atoi(p.peek().text)
			if p.peek().kind != number || err != nil {
				p.wrong()
			}
			p.at++
			t.Args = append(t.Args, n)
		}
		if !p.sign(",") {
			break
		}
	}
	p.mustSign(")")
	return t
}

func (p *parser) typeWord() string {
	if p.take("NATIONAL") {
		name := "national " + strings.ToLower(p.anyWord())
		if p.take("VARYING") {
			name += " varying"
		}
		return name
	}
	if p.take("DOUBLE", "PRECISION") {
		return "double precision"
	}
	name := strings.ToLower(p.name())
	if p.sign(".") { // sys.int, sys.geography
		name = strings.ToLower(p.name())
	}
	if p.take("VARYING") {
		name += " varying"
	}
	return name
}
