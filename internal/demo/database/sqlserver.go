package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	mssql "github.com/microsoft/go-mssqldb"

	"archwire"
)

// sqlServer is a database of SQL Server.
type sqlServer struct{ connector driver.Connector }

// SQLServer is the database of SQL Server that a URL of the form
// sqlserver://user:password@host:1433?database=name names.
func SQLServer(dsn string) (Database, error) {
	u, err := url.Parse(dsn)
	if err == nil && strings.EqualFold(u.Query().Get("encrypt"), "strict") {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "the driver of SQL Server cannot load rows over a connection with encrypt=strict",
			Hint: "Write encrypt=true: all is encrypted, and the server's certificate verified, with that too.",
		}
	}
	connector, err := mssql.NewConnector(dsn)
	if err != nil { // the driver's words may hold the password
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "the address of the database of SQL Server is not one that its driver understands",
			Hint: "It has the form sqlserver://user:password@host:1433?database=name.",
		}
	}
	return &sqlServer{connector}, nil
}

// Create makes the tables.
func (s *sqlServer) Create(ctx context.Context, schema string) (err error) {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	_, err = c.conn.ExecContext(ctx, schema)
	return err
}

// Complete lets readers see one instant (snapshot isolation) and what has changed
// since another (change tracking). Tracking comes after the tables are filled,
// so that the first history is no change.
func (s *sqlServer) Complete(ctx context.Context) (err error) {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	statements := []string{"alter database current set allow_snapshot_isolation on"}
	tracked, err := c.names(ctx, "select db_name(database_id) from sys.change_tracking_databases where database_id = db_id()")
	if err != nil {
		return fmt.Errorf("asking for change tracking: %w", err)
	}
	if len(tracked) == 0 {
		statements = append(statements, "alter database current set change_tracking = on (change_retention = 7 days, auto_cleanup = on)")
	}
	tables, err := c.names(ctx, "select name from sys.tables where object_id not in (select object_id from sys.change_tracking_tables) order by name")
	if err != nil {
		return fmt.Errorf("listing the tables: %w", err)
	}
	for _, table := range tables {
		statements = append(statements, "alter table "+inDBO(table)+" enable change_tracking")
	}
	for _, statement := range statements {
		if _, err := c.conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// Connect opens a connection.
func (s *sqlServer) Connect(ctx context.Context) (Conn, error) { return s.connect(ctx) }

func (s *sqlServer) connect(ctx context.Context) (*sqlServerConn, error) {
	pool := sql.OpenDB(s.connector)
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connecting: %w", err), pool.Close())
	}
	return &sqlServerConn{pool: pool, conn: conn, columns: map[string][]column{}}, nil
}

// sqlServerConn is one connection, alone in its pool: temporary tables belong to it.
type sqlServerConn struct {
	pool    *sql.DB
	conn    *sql.Conn
	columns map[string][]column // of the tables met until now
}

// Close closes the connection.
func (c *sqlServerConn) Close(context.Context) error {
	return errors.Join(c.conn.Close(), c.pool.Close())
}

// names is the one column of text that a query gives.
func (c *sqlServerConn) names(ctx context.Context, query string) (names []string, err error) {
	rows, err := c.conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// columnsOf reads what the catalogue says of a table's columns, once.
func (c *sqlServerConn) columnsOf(ctx context.Context, table string) (columns []column, err error) {
	if known, ok := c.columns[table]; ok {
		return known, nil
	}
	const query = `select c.name, t.name, c.max_length, c.scale, case when k.column_id is null then 0 else 1 end
from sys.columns as c
join sys.types as t on t.user_type_id = c.user_type_id
left join sys.indexes as i on i.object_id = c.object_id and i.is_primary_key = 1
left join sys.index_columns as k on k.object_id = c.object_id and k.index_id = i.index_id and k.column_id = c.column_id
where c.object_id = object_id(@p1)
order by c.column_id`
	rows, err := c.conn.QueryContext(ctx, query, "dbo."+table)
	if err != nil {
		return nil, fmt.Errorf("reading the columns of %s: %w", table, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var col column
		if err := rows.Scan(&col.name, &col.kind, &col.bytes, &col.scale, &col.key); err != nil {
			return nil, fmt.Errorf("reading the columns of %s: %w", table, err)
		}
		columns = append(columns, col)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the columns of %s: %w", table, err)
	}
	if !slices.ContainsFunc(columns, func(c column) bool { return c.key }) {
		return nil, fmt.Errorf("reading the columns of %s: there is no such table, or it has no key", table)
	}
	c.columns[table] = columns
	return columns, nil
}
