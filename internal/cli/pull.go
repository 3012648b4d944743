package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/progress"
	"archwire/internal/pull"
)

// pullOptions are the flags of pull.
type pullOptions struct {
	url, keyFile, keyEnv, ca string
	into, schema, work       string
	memory                   string
	datasets, tenants        []string
}

func newPullCommand(a *app) *cobra.Command {
	var o pullOptions
	cmd := &cobra.Command{
		Use:   "pull --url URL (--key-file FILE | --key-env NAME) --into TARGET",
		Short: "Keep a folder, a DuckDB file or a PostgreSQL schema equal to what a server opens to a key",
		Long: `Keep a folder, a DuckDB file or a PostgreSQL schema equal to what a server opens to
a key: the command of those who receive data, which needs no project. It asks for
the publication in service, fetches what is not there yet, verified by its hash, and
switches to it at once: who reads the target sees one whole publication. What is not
opened any more disappears. When it is stopped, however, the target keeps the last
whole publication, and the next pull goes on.

TARGET is a folder, duckdb:FILE or postgres:URL, in which ${NAME} stands for a
variable of the environment.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.pull(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.url, "url", "", "the server: https://data.example.com")
	f.StringVar(&o.keyFile, "key-file", "", "the file with the key; - is the input")
	f.StringVar(&o.keyEnv, "key-env", "", "the variable of the environment with the key")
	f.StringVar(&o.into, "into", "", "a folder, duckdb:FILE or postgres:URL")
	f.StringVar(&o.schema, "schema", "", "the schema in PostgreSQL; the first of the search path when empty")
	f.StringSliceVar(&o.datasets, "dataset", nil, "only this dataset; may be repeated")
	f.StringSliceVar(&o.tenants, "practice", nil, "only this practice, by its id; may be repeated")
	f.StringSliceVar(&o.tenants, "tenant", nil, "the same, where a practice is called otherwise")
	f.StringVar(&o.ca, "ca", "", "a file with certificates to trust besides the system's")
	f.StringVar(&o.work, "work", "", "the folder for what was fetched and not yet applied; beside the target by default")
	f.StringVar(&o.memory, "memory", "1GB", "how much memory DuckDB may use")
	_ = cmd.MarkFlagRequired("url")  // the flags are defined above
	_ = cmd.MarkFlagRequired("into") // likewise
	return cmd
}

func (a *app) pull(ctx context.Context, o pullOptions) (err error) {
	credential, err := a.credential(o)
	if err != nil {
		return err
	}
	roots, err := trusted(o.ca)
	if err != nil {
		return err
	}
	client, err := pull.NewClient(pull.ClientConfig{URL: o.url, Credential: credential, Roots: roots, Program: "archwire " + a.Version})
	if err != nil {
		return err
	}
	t, err := a.pullTarget(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	report, err := pull.Run(ctx, pull.Config{
		Client: client, Target: t.Target, Work: t.work, Told: a.pullStep,
		Filter: pull.Filter{Datasets: o.datasets, Tenants: o.tenants},
	})
	if err != nil {
		return err
	}
	return errors.Join(a.showPull(report), unknownTo(report))
}

// unknownTo is the error for names that stand for nothing, after all else was pulled.
func unknownTo(r pull.Report) error {
	if len(r.Unknown) == 0 {
		return nil
	}
	return &archwire.Error{
		Code: archwire.NotFound, Message: "the key opens nothing of " + strings.Join(r.Unknown, ", ") + "; all else was pulled",
		Hint: "Ask for it to be granted, or leave it out of --practice and --dataset.",
	}
}

// pullStep tells what is being done.
func (a *app) pullStep(s pull.Step) {
	switch {
	case a.json:
		_ = writeLine(a.Err, s) // what a closed pipe does not take is lost anyway
	case s.Step == "manifest":
		fmt.Fprintf(a.Err, "manifest  publication %s, %s\n", s.Publication, slicesOf(s.Slices))
	case s.Step == "fetch" && (s.Slices == s.Of || s.Slices%100 == 0):
		fmt.Fprintf(a.Err, "fetch     %s of %s, %s\n", progress.Count(s.Slices), slicesOf(s.Of), bytesText(s.Bytes))
	case s.Step == "apply":
		fmt.Fprintf(a.Err, "apply     publication %s, %s\n", s.Publication, slicesOf(s.Slices))
	}
}

func slicesOf(n int64) string {
	return progress.Count(n) + " " + plural(int(min(n, 2)), "slice", "slices")
}

func bytesText(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

func (a *app) showPull(r pull.Report) error {
	if a.json {
		return writeJSON(a.Out, r)
	}
	if r.Unchanged {
		fmt.Fprintf(a.Out, "publication %s as of %s is there already: %s, nothing to do\n", r.Publication, r.AsOf, slicesOf(int64(r.Slices)))
		return nil
	}
	fmt.Fprintf(a.Out, "publication %s as of %s: %s, of which %d new or changed; %d gone\n",
		r.Publication, r.AsOf, slicesOf(int64(r.Slices)), r.Replaced, r.Removed)
	if r.Mended > 0 {
		fmt.Fprintf(a.Out, "%s had other rows in the target than were pulled, and %s mended\n",
			slicesOf(int64(r.Mended)), plural(r.Mended, "is", "are"))
	}
	return nil
}

// credential reads the key from where the flags say.
func (a *app) credential(o pullOptions) (pull.Credential, error) {
	if (o.keyEnv == "") == (o.keyFile == "") {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "a pull needs either --key-file or --key-env", Hint: "A key on the command line itself could be read by others on this machine.",
		}
	}
	if o.keyEnv != "" {
		text, ok := a.Lookup(o.keyEnv)
		if !ok {
			return nil, &archwire.Error{
				Code: archwire.Invalid, Message: "the variable that --key-env names is not set", Hint: "Name the variable, not the key: --key-env PARTNER_KEY.",
			}
		}
		return pull.NewKey(text, "the variable that --key-env names")
	}
	text, err := a.keyText(o.keyFile)
	if err != nil {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "the file that --key-file names cannot be read", Hint: "Name the file, not the key: --key-file partner.key.", Err: err,
		}
	}
	return pull.NewKey(string(text), "the file that --key-file names")
}
