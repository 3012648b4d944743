package measure

import (
	"bytes"
	"math/big"
	"strconv"
	"strings"

	"archwire"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/statement"
)

// A Step is the figure after one kind of difference was taken in.
type Step struct {
	Part     string
	Rows     int
	Question *Question
	Measure  Measure
}

// AppendSteps appends the difference and what each step has to do with it. Where
// there is no figure it counts as 0, so that the parts come to the difference.
func AppendSteps(dst []byte, first number, steps []Step) []byte {
	last := steps[len(steps)-1]
	dst = asServed(last.Question.Value(last.Measure)).minus(asServed(first)).append(append(dst, `,"difference":`...))
	dst = append(dst, `,"parts":[`...)
	before := asServed(first)
	for i, s := range steps {
		if i > 0 {
			dst = append(dst, ',')
		}
		now := asServed(s.Question.Value(s.Measure))
		dst = encode.String(append(dst, `{"part":`...), s.Part)
		dst = strconv.AppendInt(append(dst, `,"rows":`...), int64(s.Rows), 10)
		dst = now.minus(before).append(append(dst, `,"change":`...))
		dst = append(AppendMeasure(append(dst, ','), s.Question, s.Measure), '}')
		before = now
	}
	return append(dst, ']')
}

// asServed is the very number that a figure leaves as, to be counted with exactly:
// also that of a float, and 0 where there is none.
func asServed(n number) number {
	if n.kind == isExact {
		return n
	}
	text := string(n.append(nil))
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return exact(0) // null
	}
	mantissa, exponent, _ := strings.Cut(text, "e")
	_, fraction, _ := strings.Cut(mantissa, ".")
	power, _ := strconv.Atoi(exponent)          // 0 where there is none
	scale := int32(max(0, len(fraction)-power)) //nolint:gosec // a float has few digits
	digits := r.Mul(r, new(big.Rat).SetInt(tenTo(scale)))
	return wide(digits.Num(), scale)
}

// Over is the figure over the rows that have a 1 at their place; whole is the one
// over all of them.
func Over(ask statement.Ask, q *Question, kept []byte, whole Measure) (Measure, error) {
	if !bytes.ContainsRune(kept, '0') {
		return whole, nil
	}
	query := keptQuery(q, kept)
	if !bytes.ContainsRune(kept, '1') {
		query = zeroQuery(q)
	}
	var m Measure
	for batch, err := range ask(query) {
		if err != nil {
			return Measure{}, err
		}
		if batch.NumRows() == 0 {
			continue
		}
		t := &Table{}
		t.typed(batch.Columns())
		m.numerator = numberAt(batch.Column(0), 0)
		if q.Metric.Denominator != "" {
			m.denominator = numberAt(batch.Column(1), 0)
			if m.denominator.kind == nothing {
				m.denominator = t.zero.denominator
			}
		}
		if m.numerator.kind == nothing && q.Metric.Additivity != archwire.NonAdditive {
			m.numerator = t.zero.numerator
		}
	}
	return m, nil
}
