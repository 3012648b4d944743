package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"archwire"
	"archwire/internal/progress"
)

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
