package sqlserver

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"archwire"
	"archwire/internal/rowhash"
)

// A printing is how one table is fingerprinted.
type printing struct {
	plan  *plan
	spec  archwire.PrintSpec
	keys  archwire.Table // of the key's columns
	items []string       // the key's columns, in SQL
	row   string         // the print of a row
	key   string         // the print of its key
	whole string         // the key as a whole number, with a Width
	parts int
	bySQL bool // the server can compute it
}

func newPrinting(p *plan, t archwire.Table, spec archwire.PrintSpec, major int) (*printing, error) {
	if err := rowhash.Check(t, spec); err != nil {
		return nil, err //nolint:wrapcheck // it names the table
	}
	out := &printing{plan: p, spec: spec, keys: t.KeyTable(), parts: max(spec.Cut.Parts, 1)}
	all, err := p.rel.printed(t, t.Columns)
	if err != nil {
		return nil, err
	}
	key, err := p.rel.printed(t, out.keys.Columns)
	if err != nil {
		return nil, err
	}
	for _, k := range key {
		out.items = append(out.items, k.value)
	}
	if spec.Cut.Width > 0 {
		out.whole = "CONVERT(bigint, " + key[0].value + ")"
	}
	out.bySQL = spec.Hash == archwire.HashMD5
	columns, of := all, &out.row
	if spec.Keys {
		columns = key
	}
	var ok bool
	if spec.Keys && out.whole != "" {
		*of = out.whole
	} else if *of, ok = md5(columns, major); !ok {
		out.bySQL = false
	}
	if out.byHash() {
		if out.key, ok = md5(key, major); !ok {
			out.bySQL = false
		}
	}
	return out, nil
}

// printed are the columns as fingerprints read them.
func (r *relation) printed(t archwire.Table, columns []archwire.Column) ([]printed, error) {
	out := make([]printed, len(columns))
	for i, c := range columns {
		f, err := r.form(t, c)
		if err != nil {
			return nil, err
		}
		out[i] = printed{form: f, typ: c.Type, value: selected(f, "t."+quote(c.Name))}
	}
	return out, nil
}

// byHash says whether the key's hash decides in which part a row is.
func (p *printing) byHash() bool { return p.spec.Cut.Width <= 0 && p.parts > 1 }

// start is the lowest key of part n; false when it lies beyond all numbers.
func (p *printing) start(n int) (int64, bool) {
	c := p.spec.Cut
	room := uint64(math.MaxInt64) - uint64(c.From) //nolint:gosec // wraps around to the distance
	if n > 0 && uint64(n) > room/uint64(c.Width) { //nolint:gosec // positive
		return 0, false
	}
	return int64(uint64(c.From) + uint64(n)*uint64(c.Width)), true //nolint:gosec // as above
}

// last is the last part that can have rows.
func (p *printing) last() int {
	n := p.parts - 1
	room := uint64(math.MaxInt64) - uint64(p.spec.Cut.From)   //nolint:gosec // wraps around to the distance
	return int(min(uint64(n), room/uint64(p.spec.Cut.Width))) //nolint:gosec // at most n
}

// part is the number of a row's part.
func (p *printing) part() string {
	switch {
	case p.parts == 1:
		return "0"
	case p.whole == "":
		return fmt.Sprintf("%s %% %d", p.key, p.parts) // a print is below 2^60, and so never negative
	}
	last := p.last()
	from, _ := p.start(0)
	to, _ := p.start(last)
	if last == 0 {
		return "0"
	}
	// As decimals: the distance may exceed a bigint. Dividing them would round.
	distance := fmt.Sprintf("(CONVERT(decimal(38,0), %s) - (%d))", p.whole, from)
	return fmt.Sprintf("CASE WHEN %s >= %s THEN %d WHEN %s >= %s THEN CONVERT(int, (%s - %s %% %d) / %d) ELSE 0 END",
		p.whole, whole(to), last, p.whole, whole(from), distance, distance, p.spec.Cut.Width, p.spec.Cut.Width)
}

// stretch is the condition of the keys in the parts from first to last; "" when it
// is all of them.
func (p *printing) stretch(first, last int) string {
	condition := ""
	if first > 0 {
		from, ok := p.start(first)
		if !ok {
			return "1 = 0"
		}
		condition = p.items[0] + " >= " + whole(from)
	}
	if last < p.last() {
		to, _ := p.start(last + 1)
		below := p.items[0] + " < " + whole(to)
		if first <= 0 {
			below += " OR " + p.items[0] + " IS NULL"
		}
		condition = both(condition, below)
	}
	return condition
}

// mostStretches bounds the text of a condition; beyond, parts are told by their
// numbers.
const mostStretches = 500

// asked is the condition of the keys that may be asked for, as far as keys tell it,
// so that no others are read; "" when it is all.
func (p *printing) asked() string {
	if p.whole == "" {
		return ""
	}
	parts := p.spec.Parts
	if len(parts) == 0 || len(parts) > mostStretches {
		return p.stretch(p.spec.First, min(p.spec.Last, p.last()))
	}
	var some []string
	for i := 0; i < len(parts); {
		j := i
		for j+1 < len(parts) && parts[j+1] == parts[j]+1 {
			j++
		}
		condition := p.stretch(parts[i], parts[j])
		if condition == "" {
			return ""
		}
		some = append(some, "("+condition+")")
		i = j + 1
	}
	return strings.Join(some, " OR ")
}

// listed is the condition on the part's number; "" when there is none.
func (p *printing) listed() string {
	switch {
	case p.parts == 1:
		return ""
	case p.spec.Parts != nil:
		if len(p.spec.Parts) == 0 {
			return "1 = 0"
		}
		return "r." + partNo + " IN (" + joined(p.spec.Parts) + ")"
	case p.spec.First > 0 || p.spec.Last < p.parts-1:
		return fmt.Sprintf("r.%s BETWEEN %d AND %d", partNo, p.spec.First, p.spec.Last)
	}
	return ""
}

// Within the queries; no column of a table is called so.
const (
	rowHash = "[archwire row]"
	partNo  = "[archwire part]"
)

// sums asks for part, rows and sum of the rows for which the condition holds.
func (p *printing) sums(condition string) string {
	return fmt.Sprintf("SELECT CONVERT(varchar(11), r.%s), CONVERT(varchar(20), COUNT_BIG(*)), CONVERT(varchar(40), SUM(CONVERT(decimal(38,0), r.%s))) "+
		"FROM (SELECT %s AS %s, %s AS %s FROM %s%s) AS r%s GROUP BY r.%s",
		partNo, rowHash, p.row, rowHash, p.part(), partNo, p.plan.rel.from(), where(condition), where(p.listed()), partNo) + onOneScheduler
}

// rowPrints asks for the key and the print of each row for which the condition
// holds.
func (p *printing) rowPrints(condition string) string {
	outer, inner := make([]string, len(p.items)), make([]string, len(p.items))
	for i, item := range p.items {
		name := quote(fmt.Sprintf("archwire %d", i))
		outer[i], inner[i] = "r."+name, item+" AS "+name
	}
	return fmt.Sprintf("SELECT %s FROM (SELECT %s, %s AS %s, %s AS %s FROM %s%s) AS r%s",
		strings.Join(append(outer, "r."+rowHash), ", "), strings.Join(inner, ", "), p.row, rowHash, p.part(), partNo,
		p.plan.rel.from(), where(condition), where(p.listed())) + onOneScheduler
}

func joined[T int | int64](numbers []T) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.FormatInt(int64(n), 10)
	}
	return strings.Join(texts, ", ")
}
