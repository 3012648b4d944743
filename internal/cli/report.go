package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/print"
	"archwire/internal/project"
	"archwire/internal/serve/web"
	"archwire/internal/serve/web/view"
	"archwire/internal/state"
)

// reportOptions are the flags of report.
type reportOptions struct {
	practice, tenant string
	as               string
	month            string
	compare          string
	dashboards       []string
	profile          string
	locale           string
	url              string
	browser          string
	html, pdf        string
	memory           string
}

func newReportCommand(a *app) *cobra.Command {
	var o reportOptions
	cmd := &cobra.Command{
		Use:   "report --practice ID --as E-MAIL (--html FILE | --pdf FILE)",
		Short: "Write the monthly report of a practice as a file to mail or to keep",
		Long: `Write the report of a practice and month: the tiles of one dashboard or several, why
figures that look alike differ, and what each figure means. It holds what the person
named by --as would see on the pages of that practice, and nothing else: the command
acts for them, and the ledger says that they were told. A person who is an operator
looks at things as the practice's admin, in no wider profile than their own.

The file of --html stands alone: no script, nothing that is fetched. --pdf prints the
same by Chromium, without network. Both are for their owner only (mode 0600).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.report(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.practice, "practice", "", "the practice, by id")
	flags.StringVar(&o.tenant, "tenant", "", "the same, in projects whose tenants are called otherwise")
	flags.StringVar(&o.as, "as", "", "the e-mail address of the person whom the report is for")
	flags.StringVar(&o.month, "month", "", "the month, as 2026-10; the last complete one when left out")
	flags.StringVar(&o.compare, "compare", string(view.PreviousPeriod), "what it is compared with: previous_period, previous_year or none")
	flags.StringArrayVar(&o.dashboards, "dashboard", nil, "the name of a dashboard, repeatable; overview when left out")
	flags.StringVar(&o.profile, "profile", "", "aggregate, pseudonymous or identified: no wider than that, if the person's role opens more")
	flags.StringVar(&o.locale, "locale", "en-US", "the language of numbers and dates, such as de or en-GB")
	flags.StringVar(&o.url, "url", "", "where links lead, such as https://pages.example.com; sign_in.url of archwire.yaml when left out")
	flags.StringVar(&o.html, "html", "", "the file to write as HTML")
	flags.StringVar(&o.pdf, "pdf", "", "the file to write as PDF")
	flags.StringVar(&o.browser, "browser", "", "the Chromium that prints; the one on PATH when left out")
	flags.StringVar(&o.memory, "memory", "1GB", "how much memory the engine may use")
	cmd.MarkFlagsMutuallyExclusive("practice", "tenant")
	_ = cmd.MarkFlagRequired("as") // the flag is defined above
	return cmd
}

// check refuses flags that fit nothing, and reads the month.
func (o reportOptions) check() (month time.Time, err error) {
	switch {
	case o.practice+o.tenant == "":
		return month, invalidFlag("which practice the report is of is not said", "Add --practice ID.")
	case o.html == "" && o.pdf == "":
		return month, invalidFlag("where the report is written is not said", "Add --html FILE, --pdf FILE or both.")
	case o.html == o.pdf:
		return month, invalidFlag("--html and --pdf name the same file", "Name two files, or leave one out.")
	case o.profile != "" && !slices.Contains(archwire.Profiles(), archwire.Profile(o.profile)):
		return month, invalidFlag(fmt.Sprintf("--profile %s is not a profile", o.profile), "Use aggregate, pseudonymous or identified.")
	case o.compare != string(view.PreviousPeriod) && o.compare != string(view.PreviousYear) && o.compare != string(view.None):
		return month, invalidFlag(fmt.Sprintf("--compare %s is nothing to compare with", o.compare), "Use previous_period, previous_year or none.")
	case o.month == "":
		return month, checkURL(o.url)
	}
	if month, err = time.Parse("2006-01", o.month); err != nil {
		return month, invalidFlag(fmt.Sprintf("--month %s is not a month", o.month), "Write it as 2026-10.")
	}
	return month, checkURL(o.url)
}

// report writes the report that the flags say.
func (a *app) report(ctx context.Context, o reportOptions) error {
	month, err := o.check()
	if err != nil {
		return err
	}
	browser := ""
	if o.pdf != "" {
		if browser, err = print.Find(o.browser); err != nil { // before anything is disclosed
			return err
		}
	}
	return a.withState(ctx, func(p *project.Project, st *state.Store) error {
		report, err := a.reported(ctx, p, st, o, web.ReportOrder{
			Tenant: o.practice + o.tenant, Month: month, Compare: view.Comparison(o.compare), Dashboards: o.dashboards,
		})
		if err != nil {
			return err
		}
		return a.writeReport(ctx, o, browser, report)
	})
}

// writeReport writes the files, and tells of them.
func (a *app) writeReport(ctx context.Context, o reportOptions, browser string, report *web.Report) error {
	var files []string
	if o.html != "" {
		if err := writePrivate(o.html, report.Text); err != nil {
			return err
		}
		files = append(files, o.html)
	}
	if o.pdf != "" {
		american := o.locale == "" || strings.EqualFold(o.locale, "en-US")
		text, err := print.PDF(ctx, browser, report.Text, american)
		if err == nil {
			err = writePrivate(o.pdf, text)
		}
		if err != nil {
			return err
		}
		files = append(files, o.pdf)
	}
	if a.json {
		return writeJSON(a.Out, map[string]any{
			"files": files, "title": report.Title, "month": report.Month, "complete": report.Complete,
			"publication": report.Publication, "dashboards": report.Dashboards,
		})
	}
	_, err := fmt.Fprintf(a.Out, "%s: %s\n", report.Title, strings.Join(files, ", "))
	if !report.Complete {
		fmt.Fprintf(a.Err, "archwire: warning: %s is not complete yet\n", report.Month)
	}
	return err
}

// quietLog tells of what goes wrong only.
func (a *app) quietLog() *slog.Logger {
	return slog.New(slog.NewJSONHandler(a.Err, &slog.HandlerOptions{Level: slog.LevelError}))
}

// closing runs what gives back, last first, and adds what it says to err.
func closing(err *error, do func() error) { *err = errors.Join(*err, do()) }
