package orthodontics_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/examples/orthodontics"
	"archwire/internal/project"
)

// load reads the project out of the binary, as the demo does.
func load(t *testing.T) *project.Project {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, orthodontics.Files); err != nil {
		t.Fatalf("copying the project: %v", err)
	}
	p, err := project.Load(dir, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatalf("loading the project:\n%v", err)
	}
	return p
}

func TestEveryFileOfTheFolderIsEmbedded(t *testing.T) {
	var inFolder, embedded []string
	for _, dir := range []string{"sources", "models", "datasets", "metrics", "dashboards", "checks"} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				inFolder = append(inFolder, filepath.ToSlash(path))
			}
			return err
		})
		if err != nil {
			t.Fatalf("listing %s: %v", dir, err)
		}
	}
	err := fs.WalkDir(orthodontics.Files, ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.Contains(path, "/") {
			embedded = append(embedded, path)
		}
		return err
	})
	if err != nil {
		t.Fatalf("listing what is embedded: %v", err)
	}
	slices.Sort(inFolder)
	slices.Sort(embedded)
	if diff := cmp.Diff(inFolder, embedded); diff != "" {
		t.Errorf("a demo lacks files of the project (-folder, +embedded):\n%s", diff)
	}
}

func TestTheReadmeNamesEveryDatasetMetricAndDashboard(t *testing.T) {
	p := load(t)
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range p.Dashboards {
		if !strings.Contains(string(readme), "| `"+d.Name+"` |") {
			t.Errorf("README.md does not list dashboard %s", d.Name)
		}
	}
	for _, d := range p.Datasets {
		if !strings.Contains(string(readme), "| `"+d.Name+"` |") {
			t.Errorf("README.md does not list dataset %s", d.Name)
		}
	}
	for _, m := range p.Metrics {
		id, _, _ := strings.Cut(m.ID, ".")
		if !strings.Contains(string(readme), id) {
			t.Errorf("README.md does not list %s, the id of %s", id, m.Name)
		}
	}
}

func TestNamesAndContactsAreForTheIdentifiedProfileOnly(t *testing.T) {
	var identified []string
	for _, d := range load(t).Datasets {
		for _, c := range d.Columns {
			if c.Class == archwire.ClassIdentified {
				identified = append(identified, d.Name+"."+c.Name)
			}
		}
	}
	slices.Sort(identified)
	want := []string{
		"active_list.first_name", "active_list.last_name", "active_list.phone",
		"claims_open_list.first_name", "claims_open_list.last_name", "directory.person_name",
		"past_due_list.responsible_first_name", "past_due_list.responsible_last_name", "past_due_list.responsible_phone",
		"patients.chart_no", "patients.email", "patients.first_name",
		"patients.last_name", "patients.phone",
		"pending_list.first_name", "pending_list.last_name", "pending_list.phone",
		"unmapped_codes.label",
	}
	if diff := cmp.Diff(want, identified); diff != "" {
		t.Errorf("columns of class identified (-want, +project):\n%s", diff)
	}
}

func TestTheAggregateProfileSeesNoNumberOfAPerson(t *testing.T) {
	personal := []string{"patient_id", "treatment_id", "contract_id", "account_id", "claim_id"}
	for _, d := range load(t).Datasets {
		if !d.Opens(archwire.Aggregate) {
			continue
		}
		for _, c := range d.Visible(archwire.Aggregate) {
			if slices.Contains(personal, c.Name) {
				t.Errorf("dataset %s shows %s to the aggregate profile", d.Name, c.Name)
			}
		}
	}
}

func TestMetricsAreDefinedOnAggregates(t *testing.T) {
	p := load(t)
	for _, m := range p.Metrics {
		d, ok := p.Dataset(m.Dataset)
		if !ok || !d.Opens(archwire.Aggregate) {
			t.Errorf("metric %s stands on dataset %s, which the aggregate profile does not open", m.Name, m.Dataset)
		}
	}
}

// What no dataset needs is not copied: birth dates, addresses, insurers'
// numbers, payment tokens and free text.
func TestWhatIdentifiesStaysInTheSource(t *testing.T) {
	p := load(t)
	for table, columns := range map[string][]string{
		"pms.person":             {"birth_date", "sex", "street", "city", "state", "zip"},
		"pms.visit":              {"note"},
		"rcm.policy":             {"member_id", "group_no"},
		"rcm.payment_profile":    {"token"},
		"rcm.ledger_transaction": {"memo"},
		"rcm.claim":              {"payer_control_no"},
		"rcm.claim_event":        {"note"},
	} {
		found, ok := p.Table(table)
		if !ok {
			t.Errorf("table %s is not copied", table)
		}
		for _, c := range columns {
			if _, copied := found.Column(c); copied {
				t.Errorf("%s.%s is copied", table, c)
			}
		}
	}
}
