package state_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"archwire"
)

func TestCursorSecret_IsOneForAllThatShareTheState(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		const servers = 6
		got := make(chan []byte, servers)
		for range servers { // the first ones, all at once
			s := open(t, url, at(noon))
			go func() {
				secret, err := s.CursorSecret(context.Background())
				if err != nil {
					t.Error(err)
				}
				got <- secret
			}()
		}
		first := <-got
		for range servers - 1 {
			if another := <-got; !bytes.Equal(first, another) {
				t.Error("two servers of one state have different secrets")
			}
		}
		if len(first) != 32 {
			t.Errorf("the secret has %d bytes, want 32", len(first))
		}
		later, err := open(t, url, at(noon)).CursorSecret(t.Context())
		if err != nil || !bytes.Equal(first, later) {
			t.Errorf("after a restart the secret is another one: %v", err)
		}
	})
}

func TestCursorSecret_IsAnotherOneInAnotherState(t *testing.T) {
	secrets := map[string]bool{}
	for range 2 {
		onBoth(t, func(t *testing.T, url string) {
			secret, err := open(t, url, at(noon)).CursorSecret(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			secrets[string(secret)] = true
		})
	}
	if len(secrets) != 4 {
		t.Errorf("4 states have %d secrets", len(secrets))
	}
}

func TestCursorSecret_ThatIsNoneIsNotShown(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		if _, err := s.CursorSecret(t.Context()); err != nil {
			t.Fatal(err)
		}
		execute(t, url, "update "+table(url, "cursor_secret")+" set secret = 'opensesame'")
		_, err := s.CursorSecret(t.Context())
		if err == nil || strings.Contains(err.Error(), "opensesame") || strings.Contains(archwire.MessageOf(err), "opensesame") {
			t.Errorf("the error is %v", err)
		}
	})
}

// table is the name of a table of the state for a connection of no schema.
func table(url, name string) string {
	if strings.HasPrefix(url, "sqlite:") {
		return name
	}
	return "archwire." + name
}

func TestPseudonymSecret_IsOneForAllThatShareTheState(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		first, err := open(t, url, at(noon)).PseudonymSecret(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s := open(t, url, at(noon))
		again, err := s.PseudonymSecret(t.Context())
		if err != nil || !bytes.Equal(first, again) || len(first) != 32 {
			t.Errorf("%d bytes, and another secret after a restart: %v", len(first), err)
		}
		for what, of := range map[string]func(context.Context) ([]byte, error){"cursors": s.CursorSecret, "the ledger": s.LedgerSecret} {
			if other, err := of(t.Context()); err != nil || bytes.Equal(first, other) {
				t.Errorf("the secret is that of %s, %v", what, err)
			}
		}
	})
}
