package orthodontics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"archwire/examples/orthodontics"
)

// TestPMSIsTheSameOnSQLServer compares the two source files: but for the engine, how
// changes are found and the form of two lists they say the same.
func TestPMSIsTheSameOnSQLServer(t *testing.T) {
	t.Parallel()
	text, err := orthodontics.Files.ReadFile(orthodontics.PMSFile)
	if err != nil {
		t.Fatal(err)
	}
	want, got := sourceFile(t, text), sourceFile(t, orthodontics.PMSOnSQLServer)
	want["engine"] = "sqlserver"
	for name, table := range want["tables"].(map[string]any) {
		table := table.(map[string]any)
		if table["sync"] == "cursor" {
			table["sync"] = "tracking"
			delete(table, "cursor")
			delete(table, "deletes")
		}
		if name == "staff" { // SQL Server has no lists
			columns := table["columns"].(map[string]any)
			columns["roles"], columns["location_ids"] = "text", "text"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s and sqlserver/pms.yaml differ (-first, +second):\n%s", orthodontics.PMSFile, diff)
	}
}

func sourceFile(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := yaml.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
