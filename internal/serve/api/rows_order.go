package api

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/statement"
)

// An ordering sorts rows by a column. Rows without a value come last, in either
// direction.
type ordering struct {
	column archwire.DatasetColumn
	down   bool
}

// parseOrder reads by which columns rows are sorted, before their key. Only columns
// that are seen can be sorted by, and only rows of one tenant: those of several lie in
// files of their own.
func (q *rowsRequest) parseOrder(c *call, p request.Parameters, elsewhere func(string) string) error {
	asked := p.Many("order")
	if len(asked) == 0 {
		return nil
	}
	if len(q.tenants) > 1 {
		n := c.ed.Manifest.Noun
		return problem.Wrong("order", "Rows of several "+n.Plural+" are sorted by "+n.Singular+" and key only.", "Name one "+n.Singular+" with "+n.Singular+"=ID.")
	}
	var names []string
	for _, column := range q.dataset.Columns {
		if sorts(column) {
			names = append(names, column.Name)
		}
	}
	for _, word := range asked {
		name, down := strings.CutPrefix(word, "-")
		column, ok := q.dataset.Column(name)
		switch {
		case !ok || !sorts(column):
			return problem.Wrong("order", fmt.Sprintf("There is no column %s to sort by.", problem.Clip(name)), cmp.Or(elsewhere(name), request.Suggest(name, names)))
		case slices.ContainsFunc(q.order, func(o ordering) bool { return o.column.Name == name }):
			return problem.Wrong("order", fmt.Sprintf("%s is named twice.", name), "Name it once: column for ascending, -column for descending.")
		}
		q.order = append(q.order, ordering{column, down})
	}
	return nil
}

// sorts says whether the values of a column have an order.
func sorts(c archwire.DatasetColumn) bool {
	kind := statement.TypeOf(c).Kind
	return kind != archwire.JSON && kind != archwire.Bytes
}

// spelled is the order as it is asked for.
func (o ordering) spelled() string {
	if o.down {
		return "-" + o.column.Name
	}
	return o.column.Name
}

// writeOrder sorts by the order asked for, and then by the key.
func (q *rowsRequest) writeOrder(s *statement.Statement) {
	s.Write(" ORDER BY ")
	for _, o := range q.order {
		s.Write(statement.Operand(o.column.Name, statement.TypeOf(o.column)), map[bool]string{true: " DESC", false: " ASC"}[o.down], " NULLS LAST, ")
	}
	for _, k := range q.keyColumns() {
		s.Write(statement.Operand(k.Name, statement.TypeOf(k)), ", ")
	}
	s.Write(statement.AsText(q.dataset.Tenant)) // which is one
}

// orderedQuery gives up to limit rows of one tenant in the order asked for, with the
// columns of rowsQuery and, behind them, those of the order. Where after is given,
// the rows come after that one.
func orderedQuery(q *rowsRequest, after *cursor.Cursor, limit int) archwire.Query {
	further := make([]string, len(q.order))
	for i, o := range q.order {
		further[i] = statement.Operand(o.column.Name, statement.TypeOf(o.column))
	}
	s := selectRows(q, further...)
	if after != nil {
		q.writeBehind(s, after)
	}
	q.writeOrder(s)
	s.Write(" LIMIT ", s.Arg(int64(limit)))
	return s.Query()
}

// writeBehind adds the condition that a row comes after the one that a cursor names:
// equal to it in some of the columns by which rows are sorted, and behind it in the
// next.
func (q *rowsRequest) writeBehind(s *statement.Statement, after *cursor.Cursor) {
	var equal, behind []string
	add := func(c archwire.DatasetColumn, value *string, operator string) {
		name := statement.Operand(c.Name, statement.TypeOf(c))
		if value == nil { // nothing is behind NULL
			equal, behind = append(equal, name+" IS NULL"), append(behind, "FALSE")
			return
		}
		v := s.Value(*value, statement.TypeOf(c))
		equal, behind = append(equal, name+" = "+v), append(behind, "("+name+operator+v+" OR "+name+" IS NULL)")
	}
	for i, o := range q.order {
		add(o.column, after.Order[i], map[bool]string{true: " < ", false: " > "}[o.down])
	}
	for i, k := range q.keyColumns() {
		add(k, &after.Key[i], " > ")
	}
	s.Write(" AND (")
	for i := range behind {
		if i > 0 {
			s.Write(" OR ")
		}
		s.Write("(", strings.Join(append(slices.Clone(equal[:i]), behind[i]), " AND "), ")")
	}
	s.Write(")")
}

// orderedBy is the values of row i by which it was sorted, as cursors have them.
func orderedBy(columns []arrow.Array, i int) []*string {
	var values []*string
	for _, col := range columns {
		if col.IsNull(i) {
			values = append(values, nil)
			continue
		}
		text := string(encode.Text(nil, col, i))
		values = append(values, &text)
	}
	return values
}
