package files

import (
	"os"
	"path/filepath"
	"testing"

	"archwire/internal/fileform"
	"archwire/internal/source/sourcetest"
)

func TestRejectedRowsThatAKilledRunWasWritingAreSwept(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.csv", Rejects: 500_000})
	in.put(t, "s.csv", head+"1,a\nx,secret\n")
	folder := filepath.Join(in.dir, ".quarantine", "t")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(folder, ".rejected-1234567")
	if err := os.WriteFile(left, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	other, err := newUnfinished(folder) // of a run that is at work
	if err != nil {
		t.Fatal(err)
	}
	in.want(t, "1a")
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("what was left behind is there still (error %v)", err)
	}
	if _, err := os.Stat(other.Name()); err != nil {
		t.Errorf("what another was writing is gone: %v", err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	sourcetest.Open(t, in.source)
	names, err := filepath.Glob(filepath.Join(folder, ".*"))
	if err != nil || len(names) != 0 {
		t.Errorf("left behind are %v (error %v)", names, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "s.csv.rejected.ndjson")); err != nil {
		t.Errorf("the quarantine: %v", err)
	}
}
