package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

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

// explainDemo prints how to ask and where things lie.
func (a *app) explainDemo(o demoOptions, run archwire.Run, key string, people demoPeople) error {
	base := "http://" + o.listen
	warehouse, store := filepath.Join(a.dir, "data", "warehouse.duckdb"), filepath.Join(a.dir, "data", "store")
	environment, remittances, sent := filepath.Join(o.dir, "env"), "", ""
	if o.remittances == remittancesAsFiles {
		remittances = remittanceFolder(o)
		sent = "\n  " + remittances + "  what payers have sent, as CSV: the source remit"
	}
	if a.json {
		return writeJSON(a.Out, map[string]any{
			"run": run, "key": key, "people": people, "address": base, "project": a.dir, "warehouse": warehouse, "store": store, "environment": environment,
			"remittances": remittances,
		})
	}
	_, err := fmt.Fprintf(a.Out, `
Published %[7]s as of %[8]s: %[9]s rows read, in %[10]s.

Key (shown once): %[1]s

Ask:
  curl -s -H 'Authorization: Bearer %[1]s' '%[2]s/v1/practices'
  curl -s -H 'Authorization: Bearer %[1]s' '%[2]s/v1/metrics/net_collections?grain=month&by=payer_kind'
  curl -s -H 'Authorization: Bearer %[1]s' '%[2]s/v1/metrics/past_due?practice=1&by=ageing&compare=previous_year'

Where things lie:
  %[3]s  the project: sources, models, datasets, metrics, checks%[16]s
  %[4]s  the warehouse (DuckDB)
  %[5]s  the store: slices, publications, CURRENT
  %[6]s  the sources' addresses, for archwire -C %[3]s run
  %[2]s/docs  the API, described

Sign in as the owner of a practice, %[11]s, or as the vendor's operator, %[12]s.
Password of both (shown once): %[13]s

Open the pages, with the form filled in: the owner's Overview, then the operator's runs.
  %[14]s
  %[15]s
`, key, base, a.dir, warehouse, store, environment,
		run.Publication, run.AsOf, progress.Count(run.Rows), progress.Took(run.EndedAt.Sub(run.StartedAt)),
		people.Owner, people.Operator, people.Password, people.link(base, "/", people.Owner), people.link(base, "/operator/runs", people.Operator), sent)
	return err
}

// writeEnvironment leaves the sources' addresses for those who go on by hand.
// The file holds passwords and is the owner's alone.
func writeEnvironment(dir string, dbs databases) error {
	text := fmt.Sprintf("export RCM_DSN='%s'\nexport PMS_DSN='%s'\n", dbs.rcm, dbs.pms)
	if dbs.remit != "" {
		text += fmt.Sprintf("export REMIT_FILES='%s'\n", dbs.remit)
	}
	if err := os.WriteFile(filepath.Join(dir, "env"), []byte(text), 0o600); err != nil {
		return fmt.Errorf("writing the environment of the demo: %w", err)
	}
	return nil
}

// lookup adds the sources' addresses to an environment.
func (d databases) lookup(next func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		switch strings.ToUpper(name) {
		case "RCM_DSN":
			return d.rcm, true
		case "PMS_DSN":
			return d.pms, true
		case "REMIT_FILES":
			if d.remit != "" {
				return d.remit, true
			}
		}
		return next(name)
	}
}
