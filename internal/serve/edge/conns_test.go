package edge

import (
	"net"
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

// whoever is behind a connection of these tests never says a word.
type silent struct {
	net.Conn
	closed bool
}

func (s *silent) Close() error { s.closed = true; return nil }

// model is what a test knows of a connection: where it is from, and when it last
// came or became idle.
type model struct {
	conn  *conn
	place int
	busy  bool
	since int
}

var places = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32"), netip.MustParsePrefix("192.0.2.2/32"), netip.MustParsePrefix("2001:db8::/64")}

// Over random histories: there are never more connections than may be; a newcomer is
// turned away only if nobody has more connections than its place would have, and all
// are at work; one at work is closed only if all are, and never one of a place that
// has fewer than another.
func TestWhoHasMostGivesWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 6).Draw(t, "most")
		l := Limit(nil, most)
		var open []*model
		for clock := range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch {
			case len(open) > 0 && rapid.Bool().Draw(t, "turns"):
				m := open[rapid.IntRange(0, len(open)-1).Draw(t, "which")]
				m.busy = !m.busy
				m.since = clock
				m.conn.add(map[bool]int{true: 1, false: -1}[m.busy])
			default:
				place := rapid.IntRange(0, len(places)-1).Draw(t, "place")
				n := &model{&conn{Conn: &silent{}, of: l, place: places[place]}, place, false, clock}
				gives := l.admit(n.conn)
				open = judge(t, append(open, n), n, gives, most)
			}
			if len(l.held) != len(open) || len(open) > most {
				t.Fatalf("%d connections are held, %d are open, %d may be", len(l.held), len(open), most)
			}
		}
	})
}

// judge checks that the right one of all gave way, and returns those that are left.
func judge(t *rapid.T, all []*model, newcomer *model, gives *conn, most int) (left []*model) {
	count, idle := map[int]int{}, 0
	var gone *model
	for _, m := range all {
		count[m.place]++
		if m != newcomer && !m.busy {
			idle++
		}
		if m.conn == gives {
			gone = m
		} else {
			left = append(left, m)
		}
	}
	if (gone == nil) != (len(all) <= most) {
		t.Fatalf("%d connections, %d may be, gave way: %v", len(all), most, gone)
	}
	if gone == nil {
		return left
	}
	for _, m := range all {
		switch {
		case (gone == newcomer || gone.busy) && idle > 0:
			t.Fatal("one gave way though others were idle")
		case gone == newcomer && count[m.place] > count[newcomer.place]:
			t.Fatal("a newcomer was turned away though another place has more")
		case gone != newcomer && gone.busy && count[m.place] > count[gone.place]:
			t.Fatal("one at work was closed though another place has more")
		case gone != newcomer && !gone.busy && m != newcomer && !m.busy && count[m.place] > count[gone.place]:
			t.Fatal("an idle one was closed though another place with idle ones has more")
		case gone != newcomer && !gone.busy && m != newcomer && !m.busy && m.place == gone.place && m.since < gone.since:
			t.Fatal("one gave way though its place has one that was idle for longer")
		}
	}
	return left
}

func TestAClosedConnectionMakesRoom(t *testing.T) {
	l := Limit(nil, 1)
	first := &conn{Conn: &silent{}, of: l, place: places[0]}
	l.admit(first)
	for range 2 { // closing twice is closing once
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if gives := l.admit(&conn{Conn: &silent{}, of: l, place: places[1]}); gives != nil {
		t.Error("a connection gave way to another though there was room")
	}
}

func TestPlacesOfAddresses(t *testing.T) {
	for a, want := range map[string]string{
		"192.0.2.7": "192.0.2.7/32", "::ffff:192.0.2.7": "192.0.2.7/32", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := Place(netip.MustParseAddr(a)).String(); got != want {
			t.Errorf("%s is at %s, want %s", a, got, want)
		}
	}
	if Place(netip.Addr{}) != (netip.Prefix{}) {
		t.Error("no address is somewhere")
	}
}
