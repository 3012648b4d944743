package cli

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/operator"
	"archwire/internal/serve/problem"
	"archwire/internal/state"
)

// asOperator asks what operators ask over HTTP: both are told the same.
func (a *app) asOperator(ctx context.Context, ask func(*project.Project, *operator.Handler) error) error {
	return a.withArchive(ctx, func(p *project.Project, archive *ledger.Archive, st *state.Store) (err error) {
		store, err := a.openStore(p)
		if err != nil {
			return err
		}
		reader, err := openReader(ctx, p)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, reader.Close()) }()
		o := &operated{Shelf: publish.Shelf{Store: store, Slices: reader}, app: a, project: p, state: st}
		return onCommandLine(ask(p, a.operator(o, archive, slog.New(slog.DiscardHandler))))
	})
}

// onCommandLine is a problem of the API as commands tell it.
func onCommandLine(err error) error {
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok {
		return err
	}
	code := archwire.Unavailable
	switch p.Status {
	case http.StatusNotFound:
		code = archwire.NotFound
	case http.StatusBadRequest:
		code = archwire.Invalid
	}
	hint := strings.ReplaceAll(p.Hint, "/v1/operator/publications lists", "archwire publications lists")
	return &archwire.Error{Code: code, Message: strings.TrimSuffix(p.Detail, "."), Hint: strings.ReplaceAll(hint, "by since", "by --since"), Err: p.Cause}
}

// size is a number of bytes as people say it.
func size(n int64) string {
	const step = 1000
	units := []string{"B", "kB", "MB", "GB", "TB"}
	i := 0
	for ; n >= 10*step && i < len(units)-1; i++ {
		n /= step
	}
	return count(n) + " " + units[i]
}
