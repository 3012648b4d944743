package cli

import (
	"context"
	"fmt"
	"time"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/source/postgres"
	"archwire/internal/source/sqlserver"
)

// A sourceOpener opens a source whose DSN has been resolved.
type sourceOpener func(ctx context.Context, p *project.Project, s project.Source, dsn string, o sourceOptions) (archwire.Source, error)

// sources lists the engines that a source file may name.
func sources() map[string]sourceOpener {
	return map[string]sourceOpener{
		"postgres": func(ctx context.Context, _ *project.Project, s project.Source, dsn string, o sourceOptions) (archwire.Source, error) {
			return postgres.Open(ctx, postgres.Config{
				Name: s.Name, DSN: dsn, Connections: s.Connections, StatementTimeout: s.StatementTimeout,
				LongestTransaction: s.LongestView, Gentle: s.Gentle, Notice: o.notice, Now: o.now,
			})
		},
		project.EngineFiles: openFiles,
		"sqlserver": func(ctx context.Context, _ *project.Project, s project.Source, dsn string, o sourceOptions) (archwire.Source, error) {
			return sqlserver.Open(ctx, sqlserver.Config{
				Name: s.Name, DSN: dsn, Connections: s.Connections, StatementTimeout: s.StatementTimeout,
				LongestTransaction: s.LongestView, Gentle: s.Gentle, ReadCommitted: s.ReadCommitted, Notice: o.notice, Now: o.now,
			})
		},
	}
}

// sourceOptions are what a source may be told by, and tell.
type sourceOptions struct {
	now    func() time.Time
	notice func(string) // what it does that takes time
}

// openSource opens a source of the project.
func (a *app) openSource(ctx context.Context, p *project.Project, s project.Source) (archwire.Source, error) {
	open, ok := sources()[s.Engine]
	if !ok {
		return nil, fmt.Errorf("source %s: no adapter for engine %q", s.Name, s.Engine)
	}
	dsn, err := p.ResolveDSN(s)
	if err != nil {
		return nil, err
	}
	sink := a.sink()
	return open(ctx, p, s, dsn, sourceOptions{now: a.Now, notice: func(says string) {
		sink.Event(archwire.RunEvent{Verb: archwire.Extract, Note: says})
	}})
}
