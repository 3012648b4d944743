package api

import (
	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
)

// rowsQuery gives up to limit rows of one tenant, by key: the tenant, the fields
// asked for, the key as cursors have it, and the person where rows are about one.
// Where after is given, the rows come after that key.
func rowsQuery(q *rowsRequest, after []string, limit int) archwire.Query {
	s, key := selectRows(q), q.keyColumns()
	if after != nil {
		writeAfter(s, key, after)
	}
	orderByKey(s, key)
	s.write(" LIMIT ", s.arg(int64(limit)))
	return s.query()
}

// exportQuery gives all rows of one tenant, by key or in the order asked for, with
// the columns of rowsQuery.
func exportQuery(q *rowsRequest) archwire.Query {
	s := selectRows(q)
	if len(q.order) > 0 {
		q.writeOrder(s)
	} else {
		orderByKey(s, q.keyColumns())
	}
	all := s.query()
	all.Once = true
	return all
}

// selectRows begins a query of rows, up to its filters, with further columns behind
// the others.
func selectRows(q *rowsRequest, further ...string) *statement {
	s, key := &statement{}, q.keyColumns()
	s.write("SELECT ", asText(q.dataset.Tenant))
	for _, f := range q.fields {
		s.write(", ", archwire.Quote(f.Name))
	}
	for _, k := range key {
		s.write(", ", operand(k.Name, typeOf(k)))
	}
	if q.persons() > 0 {
		s.write(", ", asText(q.dataset.Person))
	}
	for _, column := range further {
		s.write(", ", column)
	}
	s.write(" FROM slice WHERE TRUE")
	for _, f := range q.filters {
		f.write(s)
	}
	return s
}

func orderByKey(s *statement, key []archwire.DatasetColumn) {
	for i, k := range key {
		s.write([]string{" ORDER BY ", ", "}[min(i, 1)], operand(k.Name, typeOf(k)))
	}
}

// emptySchema is the schema of rows that are none: a tenant, and the fields.
func emptySchema(q *rowsRequest) *arrow.Schema {
	fields := []arrow.Field{{Type: arrow.BinaryTypes.String}}
	for _, f := range q.fields {
		fields = append(fields, arrow.Field{Type: typeOf(f).Arrow()})
	}
	return arrow.NewSchema(fields, nil)
}

// writeAfter adds the condition that the key comes after the given one, column
// by column. The first column stands alone as well, so that a slice, which is
// sorted by its key, is read from the right place on.
func writeAfter(s *statement, key []archwire.DatasetColumn, after []string) {
	if len(key) == 0 {
		s.write(" AND FALSE") // one row a tenant, and that was it
		return
	}
	names, values := make([]string, len(key)), make([]string, len(key))
	for i, k := range key {
		names[i], values[i] = operand(k.Name, typeOf(k)), s.value(after[i], typeOf(k))
	}
	s.write(" AND ", names[0], " >= ", values[0], " AND (")
	for i := range key {
		if i > 0 {
			s.write(" OR ")
		}
		s.write("(")
		for j := range i {
			s.write(names[j], " = ", values[j], " AND ")
		}
		s.write(names[i], " > ", values[i], ")")
	}
	s.write(")")
}
