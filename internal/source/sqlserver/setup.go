package sqlserver

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	connectTimeout = 15 * time.Second
	lockTimeout    = 10 * time.Second
)

// The values of EngineEdition that are services; see SERVERPROPERTY (Transact-SQL).
const (
	azure   = 5 // Azure SQL Database
	managed = 8 // a managed instance
)

// A reader is a link that is set up for reading, and what it knows of its server.
type reader struct {
	*link
	server server
	all    bool // it may read every table for its view, not only those with change tracking
}

// server is what a session knows of its server and database.
type server struct {
	version      string // 15.0.4153.1
	major        int    // 13 is 2016, 15 is 2019, 16 is 2022
	edition      int    // EngineEdition
	name         string // of the edition
	database     string
	user         string
	collation    string
	snapshot     string // snapshot_isolation_state: 0 off, 1 on, 2 and 3 in transition
	readOnly     bool
	created      string // when the database was
	seesSessions bool   // may see which transactions a snapshot sees
	unmask       bool   // sees values behind masks
}

// sets makes what a session reads independent of the defaults of the server and of
// the login. An error leaves the transaction open wherever the server can, for with
// it goes the snapshot. The count of each result shows that no row was lost on the way.
func (s *Source) sets() string {
	return strings.Join([]string{
		"SET TEXTSIZE 2147483647", "SET ROWCOUNT 0", "SET NOCOUNT OFF", "SET XACT_ABORT OFF",
		"SET ANSI_NULLS ON", "SET QUOTED_IDENTIFIER ON", "SET ANSI_WARNINGS ON", "SET ARITHABORT ON", "SET CONCAT_NULL_YIELDS_NULL ON",
		"SET LANGUAGE us_english", "SET DATEFORMAT ymd",
		// Whoever else is in a deadlock with us has more to lose.
		"SET DEADLOCK_PRIORITY LOW",
		"SET LOCK_TIMEOUT " + milliseconds(s.lockTimeout),
	}, "; ")
}

func milliseconds(d time.Duration) string {
	return strconv.FormatInt(max(d.Milliseconds(), 1), 10)
}

// serverSQL finds the database by its name: in Azure SQL, sys.databases has other
// numbers than DB_ID; see DB_ID (Transact-SQL).
const serverSQL = `SELECT CONVERT(varchar(128), SERVERPROPERTY('ProductVersion')), CONVERT(varchar(11), SERVERPROPERTY('EngineEdition')),
	CONVERT(nvarchar(128), SERVERPROPERTY('Edition')), DB_NAME(), SUSER_SNAME(),
	CONVERT(nvarchar(128), DATABASEPROPERTYEX(DB_NAME(), 'Collation')),
	CONVERT(varchar(11), d.snapshot_isolation_state), CONVERT(varchar(11), d.is_read_only), CONVERT(varchar(33), d.create_date, 126),
	CONVERT(varchar(11), HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE')),
	CONVERT(varchar(11), HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DATABASE STATE')),
	CONVERT(varchar(11), HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UNMASK'))
FROM sys.databases AS d WHERE d.name = DB_NAME()`

// setUp prepares a session for reading.
func (s *Source) setUp(ctx context.Context, l *reader) error {
	if err := l.exec(ctx, s.sets()); err != nil {
		return fmt.Errorf("setting up the session: %w", err)
	}
	rows, err := l.query(ctx, serverSQL)
	if err != nil {
		return fmt.Errorf("asking for the server's version: %w", err)
	}
	if len(rows) != 1 {
		return fmt.Errorf("asking for the server's version: %w", errFormat)
	}
	r := rows[0]
	major, _, _ := strings.Cut(r[0], ".")
	l.server = server{
		version: r[0], name: r[2], database: r[3], user: r[4], collation: r[5], snapshot: r[6], readOnly: r[7] == "1", created: r[8],
		unmask: r[11] == "1",
	}
	if l.server.major, err = strconv.Atoi(major); err != nil {
		return fmt.Errorf("reading the server's version: %w", err)
	}
	if l.server.edition, err = strconv.Atoi(r[1]); err != nil {
		return fmt.Errorf("reading the server's edition: %w", err)
	}
	l.server.seesSessions = r[9] == "1"
	if l.server.edition == azure || l.server.edition == managed {
		l.server.major = newest // numbered 12 for ever; see What is Azure SQL Managed Instance?, Identify
	}
	if l.server.edition != azure {
		return nil
	}
	l.server.seesSessions = false
	if r[10] == "1" {
		l.server.seesSessions, err = l.allowed(ctx, numberSQL)
	}
	return err
}

// allowed tries a query. In Azure SQL the right to it is not enough: Basic, S0, S1 and
// databases in elastic pools want membership in ##MS_ServerStateReader## besides; see
// sys.dm_tran_current_snapshot. It is tried before there is a transaction to lose.
func (l *reader) allowed(ctx context.Context, sql string) (bool, error) {
	_, err := l.query(ctx, sql)
	if _, refused := errors.AsType[*serverError](err); refused {
		return false, nil
	}
	return err == nil, err
}

// connect opens a session that is set up.
func (s *Source) connect(ctx context.Context) (*reader, error) {
	soon, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	se, err := dial(soon, s.dsn)
	if err != nil {
		return nil, s.classify(ctx, &connectError{err}, "")
	}
	l := &reader{link: se, all: true}
	if err := s.setUp(soon, l); err != nil {
		l.close(ctx)
		return nil, s.classify(ctx, &connectError{err}, "")
	}
	return l, nil
}

// connectUnlessClosed is how the source's own methods connect.
func (s *Source) connectUnlessClosed(ctx context.Context) (*reader, error) {
	if s.closed.Load() {
		return nil, errClosed
	}
	return s.connect(ctx)
}
