package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
	"archwire/internal/warehouse/duckdb"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	listen  string
	metrics string
	memory  string
	threads int
	rate    float64
	log     string
	url     string
	ttl     time.Duration
	network listenOptions

	concurrency int
	hourly      int64
	quiet       bool
	links       bool
	catalogue   bool
}

func newServeCommand(a *app) *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the current publication over HTTP",
		Long: `Serve the current publication over HTTP. A new publication is picked up within a
second, without dropping a request. The server holds publications and keys only:
it needs neither the sources nor the warehouse. Whatever it discloses is written
down first: archwire ledger shows it. TERM ends it after the requests under way
were answered.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.load()
			if err != nil {
				return err
			}
			return a.serve(cmd.Context(), p, o)
		},
	}
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:8080", "the address to serve on")
	cmd.Flags().StringVar(&o.metrics, "metrics-listen", "", "the address for Prometheus; none when empty")
	cmd.Flags().StringVar(&o.memory, "memory", "2GB", "how much memory the engine may use; half of it keeps slices")
	cmd.Flags().Float64Var(&o.rate, "rate", 50, "how many requests a second each key may send, twice as many at once; 0 sets no limit")
	cmd.Flags().IntVar(&o.concurrency, "concurrency", 12, "how many requests of each key may be under way; 0 sets no limit")
	cmd.Flags().Int64Var(&o.hourly, "bytes-per-hour", 0, "how many bytes each key may be sent in an hour; 0 sets no limit")
	cmd.Flags().StringVar(&o.log, "log", "info", "what is logged: info (every request), warn or error")
	cmd.Flags().IntVar(&o.threads, "threads", 1, "how many threads one query may use")
	o.network.add(cmd)
	cmd.Flags().StringVar(&o.url, "url", "", "where callers reach the server, such as https://api.example.com; where it listens when left out")
	cmd.Flags().DurationVar(&o.ttl, "token-ttl", auth.TokenTTL, "how long the tokens of /oauth/token are good, 1m to 24h")
	cmd.Flags().BoolVar(&o.links, "slice-links", false, "let callers who ask for it fetch slices from a store in S3, by URLs that are good for a second")
	cmd.Flags().BoolVar(&o.catalogue, "public-catalogue", false, "let /docs and /openapi.json name all datasets and metrics to those who show no key, too")
	cmd.Flags().BoolVar(&o.quiet, "no-webhooks", false, "leave it to archwire run --daemon to tell clients' webhooks of publications")
	return cmd
}

// serve serves until ctx ends.
func (a *app) serve(ctx context.Context, p *project.Project, o serveOptions) (err error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(o.log)); err != nil {
		return &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("--log %s is not a level; use info, warn or error", o.log)}
	}
	if err := o.check(); err != nil {
		return err
	}
	store, err := a.openStore(p)
	if err != nil {
		return err
	}
	if o.links && !store.Links() {
		return invalidFlag("--slice-links needs a store that gives URLs of its objects, which this one does not", "Leave it out, or keep the store in S3: store: s3://BUCKET/PREFIX in archwire.yaml.")
	}
	log := slog.New(slog.NewJSONHandler(a.Err, &slog.HandlerOptions{Level: level}))
	secure, proxies, err := a.faced(ctx, p, o.network, log)
	if err != nil {
		return err
	}
	taken, err := serve.Take(ctx, o.listen, o.metrics) // before what another server may have open
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, taken.Close()) }()
	st, err := a.openState(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	secret, err := st.CursorSecret(ctx)
	if err != nil {
		return err
	}
	disclosed, persons, err := a.openLedger(ctx, p, st, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, disclosed.Close()) }()
	keys := auth.NewAuthorizer(st, a.Now)
	keys.Admit(st)
	desk, url, err := a.openDesk(ctx, p, st)
	if err != nil {
		return err
	}
	objects, err := openObjects(p)
	if err != nil {
		return err
	}
	engine, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: o.memory, Threads: o.threads})
	if err != nil {
		return fmt.Errorf("opening the slice reader: %w", err)
	}
	defer func() { err = errors.Join(err, engine.Close()) }()

	tokens, err := st.TokenSecret(ctx)
	if err != nil {
		return err
	}
	pseudonyms, err := st.PseudonymSecret(ctx)
	if err != nil {
		return err
	}
	archive := &ledger.Archive{Dir: p.Path(p.Ledger.Path), Store: objects, Now: a.Now}
	server, err := serve.New(serve.Config{
		Operator:     a.operator(&operated{Shelf: publish.Shelf{Store: store, Slices: engine}, app: a, project: p, state: st}, archive, log),
		Webhooks:     st,
		WebhookGuard: guardOf(p),
		Reader:       publish.OpenReader(store, engine).Keyed(pseudonyms),
		Authorizer:   keys,
		Ledger:       disclosed,
		PersonSecret: persons,
		Catalogue:    o.catalogue,
		SliceLinks:   o.links,
		Desk:         desk,
		Project:      p.Name,
		Noun:         p.Noun,
		Within:       p.Freshness,
		Runs:         st,
		Issuers:      slices.Sorted(maps.Keys(desk.Issuers)),
		Office:       st,
		Disclosures:  archive,
		Log:          log,
		Now:          a.Now,
		Taken:        taken,
		Program:      "archwire " + a.Version,
		CursorSecret: secret,
		TokenSecret:  tokens,
		TokenTTL:     o.ttl,
		URL:          o.reached(url),
		TLS:          secure,
		Proxies:      proxies,
		Connections:  o.network.connections,
		Rate:         o.rate,
		Burst:        int(2 * o.rate),
		Concurrency:  o.concurrency,
		HourlyBytes:  o.hourly,
	})
	if err != nil {
		return err
	}
	if err := server.Open(ctx); err != nil {
		return err
	}
	if !o.quiet {
		defer a.telling(ctx, p, st, log)()
	}
	fmt.Fprintf(a.Out, "serving on %s; its API is described at %[1]s/docs\n", server.URL())
	return server.Run(ctx)
}
