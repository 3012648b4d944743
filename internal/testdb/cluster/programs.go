package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"archwire"
)

// findPrograms returns the folder of initdb and postgres: of the given major
// version, or if it is "" of the newest installed.
func findPrograms(version string) (string, error) {
	for _, dir := range candidates() {
		if !executable(filepath.Join(dir, "initdb")) || !executable(filepath.Join(dir, "postgres")) {
			continue
		}
		if version == "" || version == majorVersion(dir) {
			return dir, nil
		}
	}
	name := strings.TrimSuffix("PostgreSQL "+version, " ")
	pkg := strings.TrimSuffix("postgresql-"+version, "-")
	return "", &archwire.Error{
		Code:    archwire.Unavailable,
		Message: name + " is not installed: its programs initdb and postgres were not found",
		Hint:    "Install it: apt-get install " + pkg,
	}
}

// candidates lists the folders where packages put the server's programs,
// newest version first. Debian keeps them out of PATH.
func candidates() []string {
	var dirs []string
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		dirs = append(dirs, filepath.Dir(initdb))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	} {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		slices.SortFunc(found, func(a, b string) int { return number(b) - number(a) })
		dirs = append(dirs, found...)
	}
	return dirs
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o111 != 0 && !info.IsDir()
}

func majorVersion(bin string) string {
	out, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return ""
	}
	fields := strings.Fields(string(out)) // postgres (PostgreSQL) 15.18 (Debian ...)
	if len(fields) < 3 {
		return ""
	}
	major, _, _ := strings.Cut(fields[2], ".")
	return major
}

// number is the version in a folder's name, 0 if there is none.
func number(path string) int {
	digits := strings.Trim(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return ' '
	}, path), " ")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
