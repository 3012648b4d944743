package api

import (
	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
	"archwire/internal/serve/statement"
)

// rowsQuery gives up to limit rows of one tenant, by key: the tenant, the fields
// asked for, the key as cursors have it, and the person where rows are about one.
// Where after is given, the rows come after that key.
func rowsQuery(q *rowsRequest, after []string, limit int) archwire.Query {
	s, key := selectRows(q), q.keyColumns()
	if after != nil {
		statement.WriteAfter(s, key, after)
	}
	statement.OrderByKey(s, key)
	s.Write(" LIMIT ", s.Arg(int64(limit)))
	return s.Query()
}

// exportQuery gives all rows of one tenant, by key or in the order asked for, with
// the columns of rowsQuery.
func exportQuery(q *rowsRequest) archwire.Query {
	s := selectRows(q)
	if len(q.order) > 0 {
		q.writeOrder(s)
	} else {
		statement.OrderByKey(s, q.keyColumns())
	}
	all := s.Query()
	all.Once = true
	return all
}

// selectRows begins a query of rows, up to its filters, with further columns behind
// the others.
func selectRows(q *rowsRequest, further ...string) *statement.Statement {
	s, key := &statement.Statement{}, q.keyColumns()
	s.Write("SELECT ", statement.AsText(q.dataset.Tenant))
	for _, f := range q.fields {
		s.Write(", ", archwire.Quote(f.Name))
	}
	for _, k := range key {
		s.Write(", ", statement.Operand(k.Name, statement.TypeOf(k)))
	}
	if q.persons() > 0 {
		s.Write(", ", statement.AsText(q.dataset.Person))
	}
	for _, column := range further {
		s.Write(", ", column)
	}
	s.Write(" FROM slice WHERE TRUE")
	for _, f := range q.filters {
		f.Write(s)
	}
	return s
}

// emptySchema is the schema of rows that are none: a tenant, and the fields.
func emptySchema(q *rowsRequest) *arrow.Schema {
	fields := []arrow.Field{{Type: arrow.BinaryTypes.String}}
	for _, f := range q.fields {
		fields = append(fields, arrow.Field{Type: statement.TypeOf(f).Arrow()})
	}
	return arrow.NewSchema(fields, nil)
}
