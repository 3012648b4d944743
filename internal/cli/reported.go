package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/web"
	"archwire/internal/state"
	"archwire/internal/warehouse/duckdb"
)

// reportPatience is how long one answer for a report may take.
const reportPatience = 5 * time.Minute

// reported has the pages write a report, as serve would show them to that person: with
// a server that does not listen, and a session that is kept nowhere.
func (a *app) reported(ctx context.Context, p *project.Project, st *state.Store, o reportOptions, order web.ReportOrder) (_ *web.Report, err error) {
	store, err := a.openStore(p)
	if err != nil {
		return nil, err
	}
	if m, err := current(ctx, store); err != nil {
		return nil, err
	} else if m.ID == "" {
		return nil, &archwire.Error{Code: archwire.NotFound, Message: "nothing is published yet", Hint: "archwire run publishes; a report shows a publication."}
	}
	if err := a.knownTenants(ctx, p, []string{order.Tenant}); err != nil {
		return nil, err
	}
	person, err := st.Person(ctx, o.as)
	if err != nil {
		return nil, err
	}
	sessions, secret, err := auth.OnBehalf(person, order.Tenant, archwire.Profile(o.profile), a.Now())
	if archwire.CodeOf(err) == archwire.Denied {
		return nil, &archwire.Error{
			Code: archwire.Denied, Message: fmt.Sprintf("%s has no role in %s %s", person.Name, p.Noun.Singular, order.Tenant),
			Hint: "archwire person list says who has one; archwire person role gives one.",
		}
	}
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(person.Roles, func(m auth.Membership) bool { return m.Role.OfPractice() && m.Tenant == order.Tenant }) {
		order.As = auth.View{Noun: p.Noun.Singular, Tenant: order.Tenant, Role: auth.PracticeAdmin}.String()
	}
	log := a.quietLog()
	disclosed, persons, err := a.openLedger(ctx, p, st, log)
	if err != nil {
		return nil, err
	}
	defer closing(&err, disclosed.Close)
	keys := auth.NewAuthorizer(st, a.Now)
	keys.Admit(sessions)
	desk, url, err := a.openDesk(ctx, p, st)
	if err != nil {
		return nil, err
	}
	engine, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: o.memory, Threads: 1})
	if err != nil {
		return nil, fmt.Errorf("opening the slice reader: %w", err)
	}
	defer closing(&err, engine.Close)
	pseudonyms, err := st.PseudonymSecret(ctx)
	if err != nil {
		return nil, err
	}
	server, err := serve.New(serve.Config{
		Reader: publish.OpenReader(store, engine).Keyed(pseudonyms), Authorizer: keys, Ledger: disclosed, PersonSecret: persons,
		Desk: desk, Within: p.Freshness, Runs: st, Log: log, Now: a.Now, Program: "archwire " + a.Version, URL: (serveOptions{url: o.url}).reached(url),
		Timeout: reportPatience,
	})
	if err != nil {
		return nil, err
	}
	return server.Report(ctx, secret, o.locale, order)
}
