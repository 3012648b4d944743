// Package cli is the command line: one file a command. It alone knows all
// adapters, and hands clock, environment and writers to everything else.
package cli

import (
	"cmp"
	"context"
	"io"
	"os"
	"os/user"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"archwire"
	"archwire/internal/progress"
)

// An Environment is what the process runs in; tests set their own.
type Environment struct {
	Version  string
	Lookup   func(name string) (string, bool)
	In       io.Reader
	Out, Err io.Writer
	Now      func() time.Time
	User     string // who runs the process; grants tell who made them
	Terminal bool   // Err is a terminal that can be redrawn
}

// System is the environment of a real process.
func System(version string) Environment {
	return Environment{
		Version:  version,
		Lookup:   os.LookupEnv,
		In:       os.Stdin,
		Out:      os.Stdout,
		Err:      os.Stderr,
		Now:      time.Now,
		User:     userName(),
		Terminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
}

// userName is the name of the user who runs the process; "" if it has none.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// app is what the commands share.
type app struct {
	Environment
	dir   string
	json  bool
	quiet bool // no progress: the log says enough
}

// Run runs one command line and returns the exit status.
func Run(ctx context.Context, args []string, env Environment) int {
	a := &app{Environment: env}
	root := a.command() //nolint:contextcheck // commands take the context that ExecuteContext hands them
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		return report(env.Err, env.Terminal, err)
	}
	return 0
}

// command is the root of the command tree.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "archwire",
		Short: "Copy, model, verify, publish and serve business data, one slice per tenant",
		Long: `Archwire copies line-of-business databases into a warehouse, computes the
business metrics there, proves that the copies equal their sources, publishes an
immutable snapshot cut into one slice per dataset and tenant, and serves to each
caller exactly its slices.

Exit status: 0 done, 1 a fault of ours, 2 invalid input or project, 3 not found,
4 denied, 5 conflict (another run), 6 unavailable (a database or disk), 7 mismatch
(source and warehouse differ, or a check failed), 130 interrupted.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &archwire.Error{Code: archwire.Invalid, Message: err.Error(), Hint: "See " + cmd.CommandPath() + " --help."}
	})
	root.PersistentFlags().StringVarP(&a.dir, "directory", "C", ".", "the project's folder")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "report as JSON")
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		newInitCommand(a), newDiscoverCommand(a), newCheckCommand(a), newPlanCommand(a), withDaemon(a, newRunCommand(a)), newVerifyCommand(a),
		newStatusCommand(a), newNightsCommand(a), newRunsCommand(a), newNotifyCommand(a), newWebhookCommand(a), newPublicationsCommand(a), newRollbackCommand(a), newModelsCommand(a), newTenantsCommand(a), newContractsCommand(a), newStorageCommand(a), newCapacityCommand(a), newServeCommand(a), newReportCommand(a),
		newKeyCommand(a), newGrantCommand(a), newPersonCommand(a), newLedgerCommand(a), newPullCommand(a), newPseudonymCommand(a), newDemoCommand(a), newDoctorCommand(a), newSchemaCommand(a), newVersionCommand(a),
	)
	explainArguments(root)
	return root
}

// explainArguments gives cobra's complaints about arguments a code and a hint.
func explainArguments(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		explainArguments(sub)
	}
	check := cmd.Args
	if check == nil {
		return
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if err := cmp.Or(check(cmd, args), cmd.ValidateRequiredFlags()); err != nil {
			return &archwire.Error{Code: archwire.Invalid, Message: err.Error(), Hint: "Usage: " + cmd.UseLine()}
		}
		return nil
	}
}

// sink is where the progress of long work goes: the error stream, so that what
// a command reports stays alone on the output.
func (a *app) sink() progress.Sink {
	switch {
	case a.quiet:
		return progress.Discard{}
	case a.json:
		return progress.NewJSON(a.Err)
	case a.Terminal:
		return progress.NewTerminal(a.Err, a.Now)
	}
	return progress.NewLines(a.Err, a.Now, 5*time.Second)
}
