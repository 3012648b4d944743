package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"archwire/examples/orthodontics"
	"archwire/internal/demo"
)

// copyReferenceProject writes the embedded project into dir. Files that are there
// already are the user's and stay.
func copyReferenceProject(dir string, o demoOptions) error {
	if o.remittances == remittancesAsFiles {
		// It comes first: by it the demo is known to have begun so.
		if err := writeRemitSource(dir); err != nil {
			return err
		}
	}
	return fs.WalkDir(orthodontics.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("reading the reference project: %w", err)
		}
		target := filepath.Join(dir, path)
		if entry.IsDir() {
			return makeFolder(target)
		}
		if _, err := os.Stat(target); err == nil {
			return nil
		}
		content, err := orthodontics.Files.ReadFile(path)
		if err != nil {
			return fmt.Errorf("reading the reference project: %w", err)
		}
		if o.pms != "" && path == orthodontics.PMSFile {
			content = orthodontics.PMSOnSQLServer
		}
		if o.remittances == remittancesAsFiles {
			content = demo.WithoutRemittances(path, content)
		}
		return writeFile(target, content)
	})
}

// writeRemitSource writes the source of remittances, unless it is there.
func writeRemitSource(dir string) error {
	target := filepath.Join(dir, filepath.FromSlash(demo.RemitFile))
	if _, err := os.Stat(target); err == nil {
		return nil
	}
	rcm, err := orthodontics.Files.ReadFile(orthodontics.RCMFile)
	if err != nil {
		return fmt.Errorf("reading the reference project: %w", err)
	}
	content, err := demo.RemitSource(rcm)
	if err != nil {
		return err
	}
	return writeFile(target, content)
}
