package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"
)

// A keyring has the keys of two clients: one that sees everything and whose keys
// rotate, and a guest whose only grant comes and goes.
type keyring struct {
	o     options
	dir   string
	guest string

	mu      sync.Mutex
	key     madeKey
	grant   string // of the guest; "" while it has none
	changed time.Time
	// changing is set while a command gives or revokes the grant.
	changing bool
}

type madeKey struct {
	Key, ID string
	Grants  []struct{ ID string }
}

func newKeyring(ctx context.Context, dir string, o options) (*keyring, error) {
	k := &keyring{o: o, dir: dir, changed: time.Now()}
	if err := k.run(ctx, &k.key, "key", "create", "--client", "bench", "--all", "--json"); err != nil {
		return nil, err
	}
	var guest madeKey
	if err := k.run(ctx, &guest, "key", "create", "--client", "guest", "--practice", "1", "--json"); err != nil {
		return nil, err
	}
	if len(guest.Grants) != 1 {
		return nil, errors.New("the guest has no grant")
	}
	k.guest, k.grant = guest.Key, guest.Grants[0].ID
	return k, nil
}

// run runs a command of the program and reads what it prints, if into is not nil.
func (k *keyring) run(ctx context.Context, into any, args ...string) error {
	out, err := exec.CommandContext(ctx, k.o.binary, append([]string{"-C", k.dir}, args...)...).Output() //nolint:gosec // the program that is tried
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return fmt.Errorf("archwire %v: %w: %s", args, err, e.Stderr)
	}
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(out, into)
}

func (k *keyring) current() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.key.Key
}

// guestGranted says whether the guest has its grant, and since when: since now while
// that is being changed.
func (k *keyring) guestGranted() (bool, time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changing {
		return k.grant != "", time.Now()
	}
	return k.grant != "", k.changed
}

// rotate replaces the key, and revokes the old one once nobody asks with it.
func (k *keyring) rotate(ctx context.Context, drained time.Duration) error {
	var next madeKey
	if err := k.run(ctx, &next, "key", "create", "--client", "bench", "--json"); err != nil {
		return err
	}
	k.mu.Lock()
	old := k.key
	k.key = next
	k.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(drained):
	}
	return k.run(ctx, nil, "key", "revoke", old.ID)
}

// regrant revokes the guest's grant, or gives it again.
func (k *keyring) regrant(ctx context.Context) error {
	k.mu.Lock()
	grant := k.grant
	k.changing = true // from here on either answer is right
	k.mu.Unlock()
	defer func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.changing, k.changed = false, time.Now()
	}()
	next := ""
	if grant != "" {
		if err := k.run(ctx, nil, "grant", "revoke", grant); err != nil {
			return err
		}
	} else {
		var made struct{ Grants []struct{ ID string } }
		if err := k.run(ctx, &made, "grant", "add", "--client", "guest", "--practice", "1", "--purpose", "soak", "--json"); err != nil {
			return err
		}
		if len(made.Grants) != 1 {
			return fmt.Errorf("%d grants were made", len(made.Grants))
		}
		next = made.Grants[0].ID
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.grant = next
	return nil
}
