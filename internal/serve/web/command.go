package web

import "strings"

// command is a line for a shell that runs archwire with these arguments.
func command(args ...string) string {
	line := []string{"archwire"}
	for _, arg := range args {
		line = append(line, shellWord(arg))
	}
	return strings.Join(line, " ")
}

// ofTenant is the flag of commands that names a tenant, and the tenant: --practice where
// the project calls them so, --tenant where it does not.
func (v *visit) ofTenant(t tenant) []string {
	if v.service.Noun.Singular == "practice" {
		return []string{"--practice", t.ID}
	}
	return []string{"--tenant", t.ID}
}

// shellWord is a text as shells take it for one word that is only itself.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("-_./:@%+,", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
