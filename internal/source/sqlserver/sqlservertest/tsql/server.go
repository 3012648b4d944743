package tsql

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// Options are what an Engine is made of.
type Options struct {
	User, Password string           // of the administrator
	Token          string           // a federated token that is taken for the administrator's; "" takes none
	Now            func() time.Time // the clock, in any zone
	Version        string           // SERVERPROPERTY('ProductVersion'); "" is a SQL Server 2022
	Managed        bool             // EngineEdition 8: a managed instance, whose version is 12 for ever
	Live           bool             // CHANGE_TRACKING_CURRENT_VERSION tells of now, within snapshots too: its documentation leaves that open
	Azure          bool             // EngineEdition 5, in an elastic pool: databases allow snapshots from the beginning, and VIEW DATABASE STATE shows no transactions

	// Terse has change tracking tell no more than the documentation promises: TRUNCATE
	// TABLE has no version of its own, and a database whose tracking was off counts its
	// versions from 0 again.
	Terse bool

	Hidden bool // which tables hold the changes of others is for the administrator to see
}

// service says whether it is one of Azure, which is numbered 12 and newer than its number.
func (o Options) service() bool { return o.Azure || o.Managed }

// An Engine is a server's databases and who is in them. It is a wire.Handler.
type Engine struct {
	options Options
	current atomic.Pointer[state]
	objects atomic.Int32 // the last object's number
	dbts    atomic.Int64 // the last rowversion
	process atomic.Int64
	numbers atomic.Uint64 // of transactions
	server  [16]byte      // what tells it from others

	versions sync.Mutex // rowversions are given in the order in which transactions say so

	mu       sync.Mutex // commits, locks, sessions
	locks    map[lock]*transaction
	active   map[*transaction]struct{}
	changed  chan struct{} // closed when a transaction ends
	sessions map[int]*Session
	sequence int64 // the last transaction sequence number (XSN)
}

var _ wire.Handler = (*Engine)(nil)

// New makes an engine with the databases master, tempdb and the named ones.
func New(o Options, databases ...string) *Engine {
	if o.Version == "" && o.service() {
		o.Version = "12.0.2000.8"
	}
	if o.Version == "" {
		o.Version = "16.0.4135.4"
	}
	e := &Engine{options: o, locks: map[lock]*transaction{}, active: map[*transaction]struct{}{}, changed: make(chan struct{}), sessions: map[int]*Session{}}
	_, _ = rand.Read(e.server[:])
	e.objects.Store(245575912)
	e.dbts.Store(2000)
	e.process.Store(50)
	s := &state{databases: map[string]*database{}, logins: map[string]login{fold(o.User): {name: o.User, password: o.Password, admin: true}}}
	for _, name := range append([]string{"master", "tempdb"}, databases...) {
		s.databases[fold(name)] = e.newDatabase(s, name, value.DefaultCollation)
	}
	e.current.Store(s)
	return e
}

func (e *Engine) newDatabase(s *state, name, collation string) *database {
	id := len(s.databases) + 1
	for _, d := range s.databases {
		id = max(id, d.id+1)
	}
	return &database{
		id: id, name: name, created: e.options.Now().UTC(),
		options: options{level: 160, collation: collation, snapshot: e.options.Azure || name == "master" || name == "tempdb", readCommittedSnapshot: e.options.Azure},
		schemas: map[string]schema{"dbo": {1, "dbo"}, "guest": {2, "guest"}, "sys": {4, "sys"}, "information_schema": {3, "INFORMATION_SCHEMA"}},
		tables:  map[int32]*table{}, names: map[string]int32{}, users: map[string]user{},
	}
}

// Login opens a session: by password, or by the token.
func (e *Engine) Login(_ context.Context, l wire.Login) (wire.Session, error) {
	s := e.current.Load()
	who, ok := s.logins[fold(l.User)]
	switch {
	case l.Token != "" && e.options.Token != "" && l.Token == e.options.Token:
		who = s.logins[fold(e.options.User)]
	case l.Token != "" || !ok || who.password != l.Password:
		return nil, &wire.Error{Number: 18456, State: 1, Severity: 14, Message: "Login failed for user '" + l.User + "'.", Line: 1}
	}
	name := l.Database
	if name == "" {
		name = "master"
	}
	db, ok := s.databases[fold(name)]
	if !ok || !who.admin && !isUser(db, who) {
		return nil, &wire.Error{Number: 4060, State: 1, Severity: 11, Message: `Cannot open database "` + name + `" requested by the login. The login failed.`, Line: 1}
	}
	process := l.Process
	if process == 0 {
		process = int(e.process.Add(1))
	}
	session := &Session{engine: e, login: who, process: process, home: db.name, app: l.App, host: l.Host}
	session.begin()
	e.mu.Lock()
	e.sessions[session.process] = session
	e.mu.Unlock()
	return session, nil
}

func isUser(d *database, l login) bool {
	if d.name == "master" || d.name == "tempdb" {
		return true
	}
	_, ok := d.users[fold(l.name)]
	return ok
}
