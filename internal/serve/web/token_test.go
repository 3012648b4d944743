package web

import "testing"

func TestTokensAreGoodForWhoeverTheyWereMadeFor(t *testing.T) {
	ours, theirs := newTokens([]byte("a secret of this server")), newTokens([]byte("a secret of another server"))
	token := ours.make("session aws_1_x")
	if !ours.good(token, "session aws_1_x") {
		t.Error("a token of the session is refused")
	}
	if again := ours.make("session aws_1_x"); again == token {
		t.Error("two tokens of a session look the same: their pages' length would tell them")
	}
	for name, bad := range map[string]bool{
		"another session's":  ours.good(token, "session aws_2_x"),
		"nobody's":           ours.good(ours.make(""), ""),
		"another server's":   theirs.good(token, "session aws_1_x"),
		"none":               ours.good("", "session aws_1_x"),
		"half":               ours.good(token[:len(token)/2], "session aws_1_x"),
		"a changed one's":    ours.good("AAAA"+token[4:], "session aws_1_x"),
		"one with more text": ours.good(token+"AAAA", "session aws_1_x"),
	} {
		if bad {
			t.Errorf("%s token is good", name)
		}
	}
}
