package web

import (
	"os/exec"
	"testing"
)

// A command is copied into a shell: what it names is one word there, whatever it is.
func TestCommand_IsWhatItSaysInAShell(t *testing.T) {
	for _, name := range []string{"17", "partner", "Zahn \"Süd\", GmbH", "it's", "$(id)", "`id`", "a b", "", "--x", "*", "~", "a;b", "\\", "!x"} {
		line := command("grant", "list", name)
		out, err := exec.Command("sh", "-c", "archwire() { printf '%s' \"$3\"; }; "+line).Output()
		if err != nil || string(out) != name {
			t.Errorf("%s is %q in a shell, %v", line, out, err)
		}
	}
}
