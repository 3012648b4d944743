package demo

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// RemitFile is where the source of remittances lies in the reference project, if they
// come from files.
const RemitFile = "sources/remit.yaml"

const rcmFile = "sources/rcm.yaml" // of the reference project

const remitSource = `source: remit
engine: files
dsn: ${REMIT_FILES}
tables:
`

// remitTable has the name of a table and what is said of it besides.
const remitTable = `  %[1]s:
    files: {snapshots: "%[1]s_{date}.csv", changes: "%[1]s-changes_{date}.csv", complete: "{date}.done"}
    sync: checksum
%[2]s`

var (
	tableOfSource = regexp.MustCompile(`(?m)^  (remittance|remittance_line):\n((?:    .*\n)+)`)
	waysOfTable   = regexp.MustCompile(`(?m)^    (sync|cursor|deletes): .*\n`)
)

// RemitSource is RemitFile, made of the source rcm as the reference project has it:
// it reads the files that RemitFiles writes, in the folder that ${REMIT_FILES} says.
func RemitSource(rcm []byte) ([]byte, error) {
	var remit strings.Builder
	remit.WriteString(remitSource)
	moved := tableOfSource.FindAllSubmatch(rcm, -1)
	if len(moved) != len(remitTables) {
		return nil, fmt.Errorf("moving remittances out of the source rcm: it has %d of %d tables", len(moved), len(remitTables))
	}
	for _, m := range moved {
		fmt.Fprintf(&remit, remitTable, m[1], waysOfTable.ReplaceAll(m[2], nil))
	}
	return []byte(remit.String()), nil
}

// WithoutRemittances is a file of the reference project where remittances are tables
// of the source remit instead of rcm. path is in the project, with slashes.
func WithoutRemittances(path string, content []byte) []byte {
	switch {
	case path == rcmFile:
		return tableOfSource.ReplaceAll(content, nil)
	case strings.HasSuffix(path, ".sql"):
		return bytes.ReplaceAll(content, []byte("rcm.remittance"), []byte("remit.remittance"))
	}
	return content
}

// RemitFromFiles changes the reference project in dir so that it reads remittances
// from files.
func RemitFromFiles(dir string) error {
	rcm, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(rcmFile))) //nolint:gosec // a file of the project
	if err != nil {
		return fmt.Errorf("reading the source rcm: %w", err)
	}
	remit, err := RemitSource(rcm)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(RemitFile)), remit, 0o600); err != nil {
		return fmt.Errorf("writing the source remit: %w", err)
	}
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		within, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // a file of the project
		if err != nil {
			return err
		}
		return os.WriteFile(path, WithoutRemittances(filepath.ToSlash(within), content), 0o600) //nolint:gosec // a folder of our own
	})
}
