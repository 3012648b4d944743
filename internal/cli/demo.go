package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/demo"
	"archwire/internal/listen"
	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

// demoOptions are the flags of the demo.
type demoOptions struct {
	dir       string
	practices int
	months    int
	seed      uint64
	listen    string
	noServe   bool
	postgres  string
	pms       string
	night     bool

	remittances string // files or database; "" is as the demo began, and files at first
}

func newDemoCommand(a *app) *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make two synthetic databases and payers' files, run the reference project on them, serve it",
		Long: `Make two synthetic databases of orthodontic practices in a private PostgreSQL, and
the CSV files in which payers send their remittances; run the reference project on
them and serve the result. The same seed makes the same data. A second call goes on
with what the first one made; --night advances the databases by one business day
first, and payers send the files of that day. With --remittances database the
project reads remittances out of the revenue-cycle database instead.

With --pms the second database, the practice-management system, is one of SQL
Server: an empty one at first, whose login may create tables in it and alter it
(db_owner). ${NAME} in it is taken from the environment, so that a password need
not be typed: --pms 'sqlserver://user:${PMS_PASSWORD}@host:1433?database=pms'.
Give it to every call for that folder.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.dir, "dir", "demo", "the folder for databases, project, warehouse and store")
	cmd.Flags().IntVar(&o.practices, "practices", 12, "how many practices")
	cmd.Flags().IntVar(&o.months, "months", 24, "how many months of history")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "what the data is drawn from")
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:8080", "where to serve")
	cmd.Flags().BoolVar(&o.noServe, "no-serve", false, "stop after the run")
	cmd.Flags().StringVar(&o.postgres, "postgres", "", "the URL of a PostgreSQL superuser to use instead of a private server")
	cmd.Flags().StringVar(&o.pms, "pms", "", "the URL of a database of SQL Server for the practice-management system")
	cmd.Flags().StringVar(&o.remittances, "remittances", "", "how payers' remittances arrive: files or database (default files; later, as the demo began)")
	cmd.Flags().BoolVar(&o.night, "night", false, "advance the databases by one business day, then run")
	return cmd
}

// demo is the whole demonstration. The private PostgreSQL ends with it.
func (a *app) demo(ctx context.Context, o demoOptions) (err error) {
	if o.practices < 1 || o.months < 1 {
		return &archwire.Error{Code: archwire.Invalid, Message: "--practices and --months are at least 1"}
	}
	if !o.noServe {
		// A minute's work would be lost on an address that is taken.
		if err := free(ctx, o.listen); err != nil {
			return err
		}
	}
	if o.pms, err = a.pmsOnSQLServer(o.pms); err != nil {
		return err
	}
	a.dir = filepath.Join(o.dir, "project")
	if err := sameEngine(a.dir, o.pms); err != nil {
		return err
	}
	if o.remittances, err = sameRemittances(a.dir, o.remittances); err != nil {
		return err
	}
	dbs, stop, err := demoDatabases(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := a.fillDatabases(ctx, o, dbs); err != nil {
		return err
	}
	if err := copyReferenceProject(a.dir, o); err != nil {
		return err
	}
	if o.remittances == remittancesAsFiles {
		if err := a.sendRemittances(ctx, o, &dbs); err != nil {
			return err
		}
	}
	if err := writeEnvironment(o.dir, dbs); err != nil {
		return err
	}
	a.Lookup = dbs.lookup(a.Lookup)
	p, err := a.load()
	if err != nil {
		return err
	}
	run, err := a.run(ctx, p, runOptions{})
	if err != nil {
		return err
	}
	key, err := a.demoKey(ctx, p)
	if err != nil {
		return err
	}
	people, err := a.demoPeople(ctx, p)
	if err != nil {
		return err
	}
	if err := a.explainDemo(o, run, key, people); err != nil {
		return err
	}
	if o.noServe {
		return nil
	}
	return a.serve(ctx, p, serveOptions{listen: o.listen, memory: "512MB", rate: 50, log: "warn", catalogue: true, network: listenOptions{connections: 4096}})
}

// free makes sure that an address can be listened on.
func free(ctx context.Context, address string) error {
	listener, err := listen.TCP(ctx, address, "--listen")
	if err != nil {
		return err
	}
	return listener.Close()
}

// fillDatabases makes the data, unless an earlier demo did, and advances it by a
// day if asked to.
func (a *app) fillDatabases(ctx context.Context, o demoOptions, dbs databases) error {
	made, err := dbs.made(ctx, o.dir)
	if err != nil {
		return err
	}
	if made {
		fmt.Fprintf(a.Err, "demo     going on with the databases in %s; remove the folder for another size or seed\n", o.dir)
	} else if err := a.createData(ctx, o, dbs); err != nil {
		return err
	}
	if !o.night {
		return nil
	}
	summary, err := demo.Night(ctx, dbs.rcm, dbs.pms)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "demo     one business day later, %s: %s rows new, %s changed, %s gone\n", summary.AsOf,
		progress.Count(summary.Rows()), progress.Count(total(summary, changed)), progress.Count(total(summary, gone)))
	return nil
}

// createData makes the data.
func (a *app) createData(ctx context.Context, o demoOptions, dbs databases) error {
	start := a.Now()
	size := demo.DefaultSize()
	size.Practices, size.Months, size.Seed = o.practices, o.months, o.seed
	fmt.Fprintf(a.Err, "demo     making %d practices with %d months of history\n", o.practices, o.months)
	summary, err := demo.Create(ctx, dbs.rcm, dbs.pms, size, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "demo     %s rows in %d tables of two databases in %s\n",
		progress.Count(summary.Rows()), len(summary.Tables), progress.Took(a.Now().Sub(start)))
	return nil
}

func changed(t demo.TableSummary) int64 { return t.Updated }
func gone(t demo.TableSummary) int64    { return t.Deleted }

func total(s demo.Summary, of func(demo.TableSummary) int64) (n int64) {
	for _, t := range s.Tables {
		n += of(t)
	}
	return n
}

// demoKey makes a key that sees all practices.
func (a *app) demoKey(ctx context.Context, p *project.Project) (key string, err error) {
	st, err := a.openState(ctx, p)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	key, _, _, err = st.CreateKey(ctx, state.NewKey{Client: "demo", Grants: []state.NewGrant{{
		Tenant: auth.Everyone, Profile: archwire.Pseudonymous, Purpose: "to try it out", By: state.Operator(a.User),
	}}})
	return key, err
}
