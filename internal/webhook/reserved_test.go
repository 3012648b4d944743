package webhook_test

import (
	"net/netip"
	"testing"

	"archwire/internal/webhook"
)

// The networks of IANA's IPv4 and IPv6 Special-Purpose Address Registries
// (iana-ipv4-special-registry and iana-ipv6-special-registry, RFC 6890 and 8190), of its
// multicast registries (RFC 5771, RFC 4291), of transition mechanisms, and those at
// which the documentation of clouds says that machines find their platform.
var special = map[string]string{
	"0.0.0.0/8": "this network, RFC 791", "10.0.0.0/8": "RFC 1918", "100.64.0.0/10": "shared address space, RFC 6598", "127.0.0.0/8": "loopback, RFC 1122",
	"169.254.0.0/16": "link local, RFC 3927", "172.16.0.0/12": "RFC 1918", "192.0.0.0/24": "IETF protocol assignments, RFC 6890", "192.0.2.0/24": "TEST-NET-1, RFC 5737",
	"192.31.196.0/24": "AS112-v4, RFC 7535", "192.52.193.0/24": "AMT, RFC 7450", "192.88.99.0/24": "6to4 relays, RFC 7526", "192.168.0.0/16": "RFC 1918",
	"192.175.48.0/24": "direct delegation AS112, RFC 7534", "198.18.0.0/15": "benchmarking, RFC 2544", "198.51.100.0/24": "TEST-NET-2, RFC 5737",
	"203.0.113.0/24": "TEST-NET-3, RFC 5737", "224.0.0.0/4": "multicast, RFC 5771", "240.0.0.0/4": "reserved, RFC 1112", "255.255.255.255/32": "broadcast, RFC 919",
	"::/128": "unspecified, RFC 4291", "::1/128": "loopback, RFC 4291", "::/96": "IPv4-compatible, RFC 4291", "64:ff9b::/96": "NAT64, RFC 6052",
	"64:ff9b:1::/48": "local NAT64, RFC 8215", "100::/64": "discard, RFC 6666", "2001::/23": "IETF protocol assignments, RFC 2928", "2001::/32": "Teredo, RFC 4380",
	"2001:2::/48": "benchmarking, RFC 5180", "2001:3::/32": "AMT, RFC 7450", "2001:4:112::/48": "AS112-v6, RFC 7535", "2001:10::/28": "ORCHID, RFC 4843",
	"2001:20::/28": "ORCHIDv2, RFC 7343", "2001:30::/28": "drones, RFC 9374", "2001:db8::/32": "documentation, RFC 3849", "2002::/16": "6to4, RFC 3056",
	"2620:4f:8000::/48": "direct delegation AS112, RFC 7534", "3fff::/20": "documentation, RFC 9637", "5f00::/16": "segment routing, RFC 9602",
	"fc00::/7": "unique local, RFC 4193", "fe80::/10": "link local, RFC 4291", "fec0::/10": "site local, RFC 3879", "ff00::/8": "multicast, RFC 4291",
	"168.63.129.16/32": "Azure's platform", "100.100.100.200/32": "Alibaba's metadata", "192.0.0.192/32": "Oracle's metadata", "fd00:ec2::254/128": "AWS's metadata",
	"fd20:ce::254/128": "Google's metadata", "169.254.169.254/32": "metadata of most clouds", "169.254.170.2/32": "credentials of containers on AWS",
}

// ends are the first and the last address of a network.
func ends(p netip.Prefix) []netip.Addr {
	last := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < p.Addr().BitLen(); bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	end, _ := netip.AddrFromSlice(last)
	return []netip.Addr{p.Masked().Addr(), end}
}

// spellings are the ways in which an address reaches a socket: as it is and, of IPv4,
// within IPv6.
func spellings(ip netip.Addr) []string {
	if ip.Is6() {
		return []string{"[" + ip.String() + "]"}
	}
	four := ip.As4()
	within := func(prefix string) string {
		b := netip.MustParseAddr(prefix).As16()
		copy(b[12:], four[:])
		return "[" + netip.AddrFrom16(b).String() + "]"
	}
	return []string{ip.String(), within("::ffff:0:0"), within("64:ff9b::")}
}

func TestGuard_RefusesSpecialAddressesWhereverTheyComeFrom(t *testing.T) {
	client := webhook.Guard{}.Client(nil)
	for text, what := range special {
		for _, ip := range ends(netip.MustParsePrefix(text)) {
			for _, host := range spellings(ip) {
				if _, err := (webhook.Guard{}).URL("https://" + host + "/hook"); err == nil {
					t.Errorf("%s is taken for an endpoint: %s", host, what)
				}
				response, err := client.Get("https://" + host + ":9/") // refused before anything is sent
				if err == nil {
					response.Body.Close() //nolint:errcheck // the test has failed
				}
				if !webhook.Refused(err) {
					t.Errorf("%s is connected to: %s, %v", host, what, err)
				}
			}
		}
	}
}

// What lies beside the special networks is the internet.
func TestGuard_TakesTheirNeighbours(t *testing.T) {
	for _, host := range []string{
		"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0",
		"172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
		"[2000::1]", "[2001:200::1]", "[2001:db9::1]", "[2003::1]", "[2600::1]", "[2620:4f:8001::1]", "[3ffe:ffff::1]",
	} {
		if _, err := (webhook.Guard{}).URL("https://" + host + "/hook"); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

// An operator who allows a network of their own does not mean the platform's door
// that happens to lie in it.
func TestGuard_KeepsPlatformsClosedInAllowedNetworks(t *testing.T) {
	for host, x := range map[string]struct {
		allow string
		open  bool
	}{
		"100.100.100.200":          {"100.64.0.0/10", false},
		"100.100.100.201":          {"100.64.0.0/10", true},
		"[fd00:ec2::254]":          {"fc00::/7", false},
		"[fd00:ec3::254]":          {"fc00::/7", true},
		"169.254.169.254":          {"0.0.0.0/0", false},
		"168.63.129.16":            {"168.63.0.0/16", false},
		"192.0.0.192":              {"192.0.0.0/24", false},
		"192.0.0.193":              {"192.0.0.0/24", true},
		"[::ffff:100.100.100.200]": {"100.64.0.0/10", false},
		"169.254.1.1":              {"169.254.0.0/16", true}, // named on purpose
		"10.1.2.3":                 {"10.0.0.0/8", true},
	} {
		g := webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix(x.allow)}}
		if _, err := g.URL("https://" + host + "/"); (err == nil) != x.open {
			t.Errorf("%s with %s allowed: %v", host, x.allow, err)
		}
	}
}
