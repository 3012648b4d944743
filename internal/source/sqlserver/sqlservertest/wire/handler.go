// Package wire is the server's side of TDS 7.4, as [MS-TDS] describes it: it
// reads what a client sends and writes what a Handler answers, byte by byte as
// Microsoft SQL Server does. It knows nothing of SQL.
package wire

import (
	"context"
	"iter"
)

// A Handler makes sessions.
type Handler interface {
	// Login opens a session. An *Error is sent to the client, which is then
	// disconnected; that of a wrong password has the number 18456. A *Redirect
	// sends it elsewhere.
	Login(ctx context.Context, l Login) (Session, error)
}

// A Login is what a client says of itself (LOGIN7).
type Login struct {
	User, Password string
	Token          string // the federated authentication token; "" without one
	Database       string // "" is the user's default
	App, Host      string
	Encrypted      bool // the connection is under TLS
	Process        int  // the session's number, @@SPID, as packets carry it
}

// A Redirect is the answer to a login that another server is to take.
type Redirect struct {
	Host string
	Port uint16
}

func (r *Redirect) Error() string { return "the login belongs to another server" }

// A Session answers one connection, one request at a time.
type Session interface {
	// Batch runs the statements of a request and writes their results. params is
	// nil for a batch and holds the parameters of sp_executesql. A call of another
	// procedure comes as EXEC with its parameters by name or by place, a request
	// of the transaction manager as the statements that do the same. An *Error
	// ends the request and is sent; other errors break the connection. ctx ends
	// when the client sends an attention or is gone.
	Batch(ctx context.Context, sql string, params []Param, w Writer) error

	// Bulk takes the rows that follow a batch of INSERT BULK, and says how many
	// there were.
	Bulk(ctx context.Context, columns []Column, rows iter.Seq2[[]any, error]) (int64, error)

	// Close ends the session; an open transaction is rolled back.
	Close() error
}

// A Resetter is a Session that a client's pool may take up again. Session holds
// nothing of its own between requests if it is none.
type Resetter interface {
	// Reset makes the session as it was after its login: sp_reset_connection. An
	// open transaction is rolled back, temporary tables go, settings and the
	// database are the first ones again.
	Reset(ctx context.Context) error
}

// A Writer takes the results of a request, in their order. An error of it says
// that the client is gone or sent an attention: the session ends the request
// with that error.
type Writer interface {
	Columns(columns []Column) error // begins a result
	Ordered(columns ...int)         // after Columns: those, from 1, that the rows are sorted by
	Row(values []any) error         // one value a column, as Type says
	Done(rows int64, counted bool)  // ends a statement; rows counts when counted

	// Message sends an error or a notice that does not end the request.
	Message(e Error)

	// Begun, Committed and RolledBack tell of a transaction by its descriptor.
	Begun(transaction uint64)
	Committed(transaction uint64)
	RolledBack(transaction uint64)

	// Database tells that the session uses another database from now on.
	Database(from, to string)
}

// A Param is one parameter of sp_executesql.
type Param struct {
	Name  string // with its @
	Type  Type
	Value any
}

// A Column is one column of a result or of a bulk load.
type Column struct {
	Name     string
	Type     Type
	Nullable bool
	Computed bool
	Identity bool
	Table    []string // name parts of the table that a text, ntext or image is of
}

// A Type is a type of SQL Server, by its name in T-SQL. Values are, nil aside:
//
//	bit                                  bool
//	tinyint smallint int bigint          int64
//	real                                 float32
//	float                                float64
//	decimal numeric money smallmoney     *big.Int, unscaled (money: 4 digits)
//	char varchar text nchar nvarchar
//	ntext xml                            string; []byte for UTF-16LE or code page bytes that are no text
//	binary varbinary image rowversion
//	hierarchyid geography geometry       []byte
//	uniqueidentifier                     [16]byte in the order of its text
//	date                                 int64: days since 0001-01-01
//	time                                 int64: 100 ns since midnight
//	smalldatetime                        int64: minutes since 1900-01-01
//	datetime                             int64: 1/300 s since 1900-01-01, before it negative
//	datetime2                            int64: 100 ns since 0001-01-01 00:00
//	datetimeoffset                       Offset
//	sql_variant                          Variant
type Type struct {
	Name      string
	Length    int // bytes of char and binary types (n-types: two a unit); -1 is max
	Precision int
	Scale     int
	Collation string // "" is the server's
	UDT       string // assembly-qualified name of a CLR type
}

// An Offset is a datetimeoffset.
type Offset struct {
	UTC     int64 // 100 ns since 0001-01-01 00:00 UTC
	Minutes int   // of the offset
}

// A Variant is a value of sql_variant: a value of its base type.
type Variant struct {
	Type  Type
	Value any
}

// An Error is an error (severity 11 and above) or a notice of the server.
type Error struct {
	Number   int32
	State    byte
	Severity byte
	Message  string
	Line     int32
}

func (e *Error) Error() string { return e.Message }
