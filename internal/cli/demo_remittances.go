package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"archwire"
	"archwire/examples/orthodontics"
	"archwire/internal/demo"
)

// How payers' remittances arrive in a demo.
const (
	remittancesAsFiles    = "files"
	remittancesInDatabase = "database"
)

// sameRemittances is how remittances arrive: as the flag says, which may not be another
// way than the one that the demo began with.
func sameRemittances(project, flag string) (string, error) {
	began := ""
	if exists(project, demo.RemitFile) {
		began = remittancesAsFiles
	} else if exists(project, orthodontics.RCMFile) {
		began = remittancesInDatabase
	}
	switch flag {
	case "":
		if began == "" {
			began = remittancesAsFiles
		}
		return began, nil
	case remittancesAsFiles, remittancesInDatabase:
		if began == "" || began == flag {
			return flag, nil
		}
	default:
		return "", &archwire.Error{
			Code: archwire.Invalid, Message: "--remittances is neither files nor database",
			Hint: "Leave it out for files.",
		}
	}
	said := map[string]string{remittancesAsFiles: "come as files", remittancesInDatabase: "are read from the database"}[began]
	return "", &archwire.Error{
		Code: archwire.Conflict, Message: "the remittances of this demo " + said,
		Hint: "Leave --remittances out, or begin anew in another folder.",
	}
}

func exists(dir, path string) bool {
	_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(path)))
	return err == nil
}

func remittanceFolder(o demoOptions) string { return filepath.Join(o.dir, "remittances") }

// sendRemittances writes what payers have sent since the last call.
func (a *app) sendRemittances(ctx context.Context, o demoOptions, dbs *databases) error {
	dir, err := filepath.Abs(remittanceFolder(o))
	if err != nil {
		return fmt.Errorf("finding the demo's folder: %w", err)
	}
	dbs.remit = "file:" + dir
	day, err := demo.RemitFiles(ctx, dbs.rcm, dir)
	if err != nil {
		return err
	}
	if day != "" {
		fmt.Fprintf(a.Err, "demo     payers have sent their remittances up to %s as CSV, into %s\n", day, remittanceFolder(o))
	}
	return nil
}
