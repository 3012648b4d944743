package signin

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func newDevice(tb testing.TB, secret string) *devices {
	tb.Helper()
	d, err := newDevices([]byte(secret))
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func TestDevices_AreKnownByTheNameThatSignedIn(t *testing.T) {
	d, now := newDevice(t, "secret"), time.Unix(1_800_000_000, 0)
	kept := d.renew("", "ann@example.com", now)
	id := d.find(kept, "ann@example.com", now)
	if id == "" || d.find(kept, "bob", now) != "" || d.find(kept, "", now) != "" {
		t.Errorf("known as %q to ann, %q to bob", id, d.find(kept, "bob", now))
	}
	if newDevice(t, "secret").find(kept, "ann@example.com", now) != id {
		t.Error("another server with the same secret does not know it")
	}
	if newDevice(t, "another").find(kept, "ann@example.com", now) != "" {
		t.Error("anybody can make it")
	}
	for i := range len(kept) {
		other := kept[:i] + string(kept[i]^1) + kept[i+1:]
		if d.find(other, "ann@example.com", now) != "" {
			t.Fatalf("with character %d changed it is good still", i)
		}
	}
	if strings.Contains(kept, "ann@example.com") {
		t.Error("it tells the name")
	}
	if d.find(kept, "ann@example.com", now.Add(DeviceLasts-time.Second)) != id || d.find(kept, "ann@example.com", now.Add(DeviceLasts)) != "" {
		t.Error("it does not end with the year")
	}
}

func TestDevices_KeepSeveralPeopleAndTheirIDs(t *testing.T) {
	d, now := newDevice(t, "secret"), time.Unix(1_800_000_000, 0)
	kept := d.renew("", "ann@example.com", now)
	id := d.find(kept, "ann@example.com", now)
	for i := range 20 { // people at the desk of a practice
		kept = d.renew(kept, fmt.Sprint("colleague", i), now)
		kept = d.renew(kept, "ann@example.com", now)
	}
	if d.find(kept, "ann@example.com", now) != id {
		t.Error("the device was given another id: a pace of its own anew")
	}
	if d.find(kept, "colleague19", now) == "" || d.find(kept, "colleague18", now) == "" || d.find(kept, "colleague0", now) != "" {
		t.Error("the last few people are not those that are known")
	}
	if n := strings.Count(kept, ".") + 1; n != mostNames || len(kept) > maxDevice {
		t.Errorf("%d people in %d bytes", n, len(kept))
	}
}

func FuzzDevices(f *testing.F) {
	d, now := newDevice(f, "secret"), time.Unix(1_800_000_000, 0)
	f.Add(d.renew("", "ann@example.com", now))
	f.Add("a.b.c.d.e.f.g")
	f.Add(strings.Repeat(".", 2000))
	good := d.renew("", "bob", now)
	f.Fuzz(func(t *testing.T, kept string) {
		if d.find(kept, "bob", now) != "" && !strings.Contains(kept, good) {
			t.Errorf("%q is taken for bob's device", kept)
		}
		renewed := d.renew(kept, "bob", now)
		if d.find(renewed, "bob", now) == "" || len(renewed) > maxDevice {
			t.Errorf("%q is renewed as %q", kept, renewed)
		}
	})
}
