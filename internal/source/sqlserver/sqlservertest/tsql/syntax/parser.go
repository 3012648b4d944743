package syntax

import (
	"strings"
)

type parser struct {
	src    string
	tokens []token
	at     int
}

// Parse reads a batch. The error is a *wire.Error, 102 or 156 for what is not
// understood.
func Parse(sql string) (statements []Statement, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	p := &parser{src: sql, tokens: lex(sql)}
	for p.peek().kind != end {
		if p.sign(";") {
			continue
		}
		statements = append(statements, p.statement())
	}
	return statements, nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) ahead(n int) token { return p.tokens[min(p.at+n, len(p.tokens)-1)] }

func (p *parser) next() token {
	t := p.peek()
	if t.kind != end {
		p.at++
	}
	return t
}

// wrong is the syntax error at the present token.
func (p *parser) wrong() {
	t := p.peek()
	switch {
	case t.kind == end:
		near := ""
		if p.at > 0 {
			near = p.tokens[p.at-1].text
		}
		fail(102, t.line, "Incorrect syntax near '%s'.", near)
	case t.kind == word && reserved[strings.ToUpper(t.text)]:
		fail(156, t.line, "Incorrect syntax near the keyword '%s'.", t.text)
	default:
		fail(102, t.line, "Incorrect syntax near '%s'.", t.text)
	}
}

// is says whether the next words are these, without taking them.
func (p *parser) is(words ...string) bool {
	for i, w := range words {
		t := p.ahead(i)
		if t.kind == sign && t.text == w {
			continue
		}
		if t.kind != word || !strings.EqualFold(t.text, w) {
			return false
		}
	}
	return true
}

// take takes the words if they are next.
func (p *parser) take(words ...string) bool {
	if !p.is(words...) {
		return false
	}
	p.at += len(words)
	return true
}

// must takes the words.
func (p *parser) must(words ...string) {
	for _, w := range words {
		if !p.take(w) {
			p.wrong()
		}
	}
}

func (p *parser) sign(s string) bool {
	if t := p.peek(); t.kind == sign && t.text == s {
		p.at++
		return true
	}
	return false
}

func (p *parser) mustSign(s string) {
	if !p.sign(s) {
		p.wrong()
	}
}

// name takes one identifier that is quoted or no keyword.
func (p *parser) name() string {
	t := p.peek()
	if t.kind == quoted || t.kind == word && !reserved[strings.ToUpper(t.text)] {
		p.at++
		return t.text
	}
	p.wrong()
	return ""
}

// anyWord takes a word even if it is a keyword.
func (p *parser) anyWord() string {
	t := p.next()
	if t.kind != word && t.kind != quoted {
		p.at--
		p.wrong()
	}
	return t.text
}

// object takes a name with up to three parts before it; db..t has an empty one.
func (p *parser) object() Name {
	n := Name{Line: p.peek().line, Parts: []string{p.name()}}
	for p.sign(".") {
		for p.sign(".") {
			n.Parts = append(n.Parts, "")
		}
		n.Parts = append(n.Parts, p.name())
	}
	if len(n.Parts) > 4 {
		fail(117, n.Line, "The object name '%s' contains more than the maximum number of prefixes. The maximum is 3.", n)
	}
	return n
}

// names takes a list in parentheses.
func (p *parser) names() []string {
	p.mustSign("(")
	out := []string{p.name()}
	for p.sign(",") {
		out = append(out, p.name())
	}
	p.mustSign(")")
	return out
}

// alias takes [AS] name; a text may be one, too.
func (p *parser) alias() string {
	if p.take("AS") {
		if t := p.peek(); t.kind == text || t.kind == wideText {
			return p.next().text
		}
		return p.name()
	}
	t := p.peek()
	if t.kind == quoted || t.kind == word && !reserved[strings.ToUpper(t.text)] && !opens[strings.ToUpper(t.text)] {
		p.at++
		return t.text
	}
	return ""
}

func (p *parser) since(from int) string {
	return strings.TrimSpace(p.src[from:p.peek().from])
}

// reserved are the words that are no names ("Reserved keywords"), as far as the
// grammar here needs them.
var reserved = set(`ADD ALL ALTER AND ANY AS ASC AUTHORIZATION BEGIN BETWEEN BREAK BULK BY CASE CHECK CHECKPOINT
	CLUSTERED COALESCE COLLATE COLUMN COMMIT CONSTRAINT CONTINUE CONVERT CREATE CROSS CURRENT
	CURRENT_TIMESTAMP CURRENT_USER DATABASE DECLARE DEFAULT DELETE DENY DESC DISTINCT DROP ELSE END ESCAPE EXCEPT EXEC EXECUTE
	EXISTS FETCH FOR FOREIGN FROM FULL FUNCTION GOTO GRANT GROUP HAVING IDENTITY IDENTITY_INSERT IF IN INDEX INNER
	INSERT INTERSECT INTO IS JOIN KEY KILL LEFT LIKE MERGE NATIONAL NONCLUSTERED NOT NULL NULLIF OF OFF ON OPTION OR ORDER
	OUTER OVER PERCENT PRIMARY PRINT PROC PROCEDURE RAISERROR REFERENCES RETURN REVOKE RIGHT ROLLBACK ROWCOUNT SAVE SCHEMA
	SELECT SET SOME STATISTICS TABLE TABLESAMPLE THEN TO TOP TRAN TRANSACTION TRIGGER TRUNCATE TRY_CONVERT
	UNION UNIQUE UPDATE USE USER VALUES VARYING VIEW WAITFOR WHEN WHERE WHILE WITH`)

// opens are words that begin a statement or a clause and are yet no keywords.
var opens = set(`OUTPUT OFFSET THROW`)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}
