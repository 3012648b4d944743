package syntax

import "strings"

func (p *parser) sources() []Source {
	out := []Source{p.joined()}
	for p.sign(",") {
		out = append(out, p.joined())
	}
	return out
}

func (p *parser) joined() Source {
	left := p.source()
	for {
		kind := ""
		switch {
		case p.take("CROSS", "JOIN"):
			kind = "CROSS"
		case p.take("CROSS", "APPLY"):
			kind = "APPLY"
		case p.take("OUTER", "APPLY"):
			kind = "OUTER APPLY"
		default:
			if kind = p.joinKind(); kind == "" {
				return left
			}
			// a JOIN b JOIN c ON ... ON ... nests to the right.
			right := p.source()
			for !p.is("ON") {
				inner := p.joinKind()
				if inner == "" {
					p.wrong()
				}
				next := p.source()
				p.must("ON")
				right = &Join{Kind: inner, Left: right, Right: next, On: p.expr()}
			}
			p.must("ON")
			left = &Join{Kind: kind, Left: left, Right: right, On: p.expr()}
			continue
		}
		left = &Join{Kind: kind, Left: left, Right: p.source()}
	}
}

// joinKind takes the words of a join with ON; hints of it are read over.
func (p *parser) joinKind() string {
	for _, kind := range []string{"INNER", "LEFT", "RIGHT", "FULL"} {
		if !p.is(kind) || p.ahead(1).text == "(" {
			continue
		}
		p.at++
		if kind != "INNER" {
			p.take("OUTER")
		}
		for _, hint := range []string{"LOOP", "HASH", "MERGE", "REMOTE"} {
			p.take(hint)
		}
		p.must("JOIN")
		return kind
	}
	if p.take("JOIN") {
		return "INNER"
	}
	return ""
}

func (p *parser) source() Source {
	switch {
	case p.is("("):
		return p.derived()
	case p.is("CHANGETABLE", "("):
		return p.changes()
	}
	name := p.object()
	if p.is("(") && !p.looksLikeHints() {
		call := &TableCall{Name: name, Args: p.arguments()}
		call.Alias = p.alias()
		if call.Alias != "" && p.is("(") {
			call.Columns = p.names()
		}
		return call
	}
	t := &TableRef{Name: name}
	if p.take("FOR") {
		p.wrong()
	}
	t.Alias = p.alias()
	t.Hints = p.hints()
	if t.Alias == "" {
		t.Alias = p.alias()
	}
	return t
}

// looksLikeHints tells t (NOLOCK) from a call.
func (p *parser) looksLikeHints() bool {
	return tableHints[strings.ToUpper(p.ahead(1).text)] && (p.ahead(2).text == ")" || p.ahead(2).text == ",")
}

var tableHints = set(`NOLOCK READUNCOMMITTED READCOMMITTED READCOMMITTEDLOCK REPEATABLEREAD SERIALIZABLE HOLDLOCK UPDLOCK
	XLOCK TABLOCK TABLOCKX PAGLOCK ROWLOCK READPAST NOWAIT SNAPSHOT FORCESEEK FORCESCAN NOEXPAND KEEPIDENTITY KEEPDEFAULTS`)

func (p *parser) hints() []string {
	if !p.is("WITH", "(") && !(p.is("(") && p.looksLikeHints()) {
		return nil
	}
	p.take("WITH")
	p.mustSign("(")
	var out []string
	for {
		h := strings.ToUpper(p.anyWord())
		if !tableHints[h] && h != "INDEX" {
			fail(321, p.peek().line, `"%s" is not a recognized table hints option.`, h)
		}
		out = append(out, h)
		if p.sign("(") {
			for !p.sign(")") {
				if p.next().kind == end {
					p.wrong()
				}
			}
		} else if p.sign("=") {
			p.next()
		}
		if !p.sign(",") {
			break
		}
	}
	p.mustSign(")")
	return out
}

func (p *parser) derived() Source {
	p.mustSign("(")
	if !p.is("SELECT") && !p.is("WITH") && !p.is("VALUES") && !p.is("(") {
		s := p.joined()
		p.mustSign(")")
		return s
	}
	if p.is("(") && !p.nestedQuery() {
		s := p.joined()
		p.mustSign(")")
		return s
	}
	d := &Derived{Query: p.query()}
	p.mustSign(")")
	d.Alias = p.alias()
	if d.Alias == "" {
		p.wrong()
	}
	if p.is("(") {
		d.Columns = p.names()
	}
	return d
}

func (p *parser) nestedQuery() bool {
	i := 0
	for p.ahead(i).text == "(" {
		i++
	}
	return strings.EqualFold(p.ahead(i).text, "SELECT")
}

// changes takes CHANGETABLE, whose result must have a name.
func (p *parser) changes() Source {
	line := p.peek().line
	p.must("CHANGETABLE", "(")
	c := &Changes{}
	switch {
	case p.take("CHANGES"):
		c.Table = p.object()
		p.mustSign(",")
		c.Since = p.expr()
		if p.sign(",") {
			p.must("FORCESEEK")
		}
	case p.take("VERSION"):
		c.Version = true
		c.Table = p.object()
		p.mustSign(",")
		c.Keys = p.names()
		p.mustSign(",")
		p.mustSign("(")
		c.Values = p.exprs()
		p.mustSign(")")
	default:
		p.wrong()
	}
	p.mustSign(")")
	if c.Alias = p.alias(); c.Alias == "" {
		fail(22104, line, "A table returned by the CHANGETABLE function must be aliased.")
	}
	if p.is("(") {
		c.Columns = p.names()
	}
	return c
}
