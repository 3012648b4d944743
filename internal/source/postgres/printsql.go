package postgres

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"archwire"
	"archwire/internal/rowhash"
)

// A printing is how one table is fingerprinted in SQL.
type printing struct {
	dialect
	plan        *plan
	spec        archwire.PrintSpec
	columns     []string // quoted, that rows are hashed by
	row         string   // the print of a row
	key         string   // the print of its key
	keys        []string // the key's columns as COPY sends them
	keyDecoding []decoding
	whole       string // the key as a whole number, with a Width
	parts       int
}

// Within the queries; no column of a table is called so.
const (
	rowHash = `"archwire row"`
	keyHash = `"archwire key"`
	partNo  = `"archwire part"`
)

func newPrinting(p *plan, t archwire.Table, spec archwire.PrintSpec, d dialect) (*printing, error) {
	if err := rowhash.Check(t, spec); err != nil {
		return nil, err //nolint:wrapcheck // it names the table
	}
	out := &printing{dialect: d, plan: p, spec: spec, parts: max(spec.Cut.Parts, 1)}
	all, err := p.printed(t, t.Columns)
	if err != nil {
		return nil, err
	}
	keyColumns := t.KeyTable().Columns
	key, err := p.printed(t, keyColumns)
	if err != nil {
		return nil, err
	}
	out.key = d.row(spec.Hash, key)
	if out.row = d.row(spec.Hash, all); spec.Keys {
		out.row = out.key
	}
	for _, c := range t.Columns {
		out.columns = append(out.columns, archwire.Quote(c.Name))
	}
	for _, c := range keyColumns {
		f, err := p.rel.form(t, c)
		if err != nil {
			return nil, err
		}
		out.keys = append(out.keys, fmt.Sprintf(f.sel, archwire.Quote(c.Name)))
		out.keyDecoding = append(out.keyDecoding, f.decode)
	}
	if spec.Cut.Width > 0 {
		out.whole = key[0].value
	}
	return out, nil
}

// printed are the columns as fingerprints read them.
func (p *plan) printed(t archwire.Table, columns []archwire.Column) ([]printed, error) {
	out := make([]printed, len(columns))
	for i, c := range columns {
		f, err := p.rel.form(t, c)
		if err != nil {
			return nil, err
		}
		a, _ := p.rel.attribute(c.Name)
		out[i] = newPrinted(f, a, c.Type)
	}
	return out, nil
}

// byHash says whether the key's hash decides in which part a row is.
func (p *printing) byHash() bool { return p.spec.Cut.Width <= 0 && p.parts > 1 }

// sumKeys makes the keys themselves what is summed up, where the spec wants that.
func (p *printing) sumKeys() {
	if p.spec.Keys && p.whole != "" {
		p.row = p.whole
	}
}

// part is the number of a row's part.
func (p *printing) part() string {
	switch c := p.spec.Cut; {
	case p.parts == 1:
		return "0"
	case p.whole == "":
		h := keyHash
		// The number is unsigned and int8 is not: 2^64 was taken off the upper half.
		back := (math.MaxUint64%uint64(p.parts) + 1) % uint64(p.parts)                                                                                 //nolint:gosec // positive
		return fmt.Sprintf("case when %s >= 0 then %s %% %d else (%s %% %d + %d) %% %d end", h, h, p.parts, h, p.parts, uint64(p.parts)+back, p.parts) //nolint:gosec // positive
	case c.From < 0: // the distance may exceed an int8
		return fmt.Sprintf("case when %s >= %s then least(pg_catalog.div(%s::pg_catalog.numeric - %s, %d), %d)::pg_catalog.int8 else 0 end",
			p.whole, int8Literal(c.From), p.whole, int8Literal(c.From), c.Width, p.parts-1)
	default:
		return fmt.Sprintf("case when %s >= %d then least((%s - %d) / %d, %d) else 0 end", p.whole, c.From, p.whole, c.From, c.Width, p.parts-1)
	}
}

// rows reads what is hashed of the rows for which the condition holds: their
// part, their print, and more. Rows of other parts cost no more than telling so.
// "offset 0" keeps the planner from computing a hash at each of the places where it
// is used.
func (p *printing) rows(condition string, more ...string) string {
	condition = both(condition, p.plan.live)
	if !p.byHash() {
		columns := append([]string{p.row + " as " + rowHash, p.part() + " as " + partNo}, more...)
		return "select " + strings.Join(columns, ", ") + " from " + p.plan.rel.quoted() + where(both(condition, p.span()))
	}
	inner := append([]string{p.key + " as " + keyHash}, p.columns...)
	row := p.row
	if p.spec.Keys {
		row = keyHash
	}
	outer := append([]string{row + " as " + rowHash, p.part() + " as " + partNo}, more...)
	filter := ""
	if p.spec.First > 0 || p.spec.Last < p.parts-1 {
		filter = fmt.Sprintf("%s between %d and %d", p.part(), p.spec.First, p.spec.Last)
	}
	if p.spec.Parts != nil {
		filter = fmt.Sprintf("%s = any ('{%s}'::pg_catalog.int8[])", p.part(), joined(p.spec.Parts))
	}
	return "select " + strings.Join(outer, ", ") + " from (select " + strings.Join(inner, ", ") + " from " + p.plan.rel.quoted() +
		where(condition) + " offset 0) r" + where(filter) + " offset 0"
}

// sums asks for part, rows and sum of the rows for which the condition holds.
func (p *printing) sums(condition string) string {
	part, group := partNo, " group by 1"
	if p.parts == 1 {
		part, group = "0", " having count(*) > 0"
	}
	return fmt.Sprintf("select %s, count(*), coalesce(sum(%s), 0)::pg_catalog.numeric from (%s) p%s",
		part, rowHash, p.rows(condition), group)
}

// rowPrints asks for the key and the print of each row. Along the key's index,
// parts that are listed are walked one by one; what lies between is not read.
func (p *printing) rowPrints(condition string, alongKey bool) string {
	more := make([]string, len(p.keys))
	names := make([]string, len(p.keys), len(p.keys)+1)
	for i, k := range p.keys {
		names[i] = fmt.Sprintf(`"archwire %d"`, i)
		more[i] = k + " as " + names[i]
	}
	names = append(names, rowHash)
	list := "select " + strings.Join(names, ", ") + " from "
	switch {
	case p.spec.Parts == nil || p.byHash():
		return list + "(" + p.rows(condition, more...) + ") p"
	case !alongKey:
		return list + "(" + p.rows(condition, more...) + fmt.Sprintf(") p where %s = any ('{%s}'::pg_catalog.int8[])", partNo, joined(p.spec.Parts))
	}
	var lows []int64
	for _, n := range p.spec.Parts {
		if low, ok := p.start(n); ok {
			lows = append(lows, low)
		}
	}
	within := both(condition, p.between(0, p.last()))
	return list + fmt.Sprintf("pg_catalog.unnest('{%s}'::pg_catalog.int8[]) s(low), lateral (%s) p", joined(lows), p.rows(within, more...))
}

func joined[T int | int64](numbers []T) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.FormatInt(int64(n), 10)
	}
	return strings.Join(texts, ",")
}
