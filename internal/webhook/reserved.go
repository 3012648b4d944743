package webhook

import (
	"net/netip"
	"slices"
)

// public says whether an address is one on the internet.
func public(ip netip.Addr) bool {
	return ip.IsValid() && ip.Zone() == "" && ip.IsGlobalUnicast() && (ip.Is4() || global6.Contains(ip)) &&
		!slices.ContainsFunc(reserved, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// global6 are the IPv6 addresses that are given out on the internet. Outside of it are,
// among others, ::ffff:0:0/96, 64:ff9b::/96 and 64:ff9b:1::/48, which hold IPv4 addresses,
// 100::/64, 5f00::/16, fc00::/7, fe80::/10 and ff00::/8.
var global6 = netip.MustParsePrefix("2000::/3")

// reserved are the networks that IANA's registries of special-purpose addresses (RFC
// 6890) keep from the internet or give to services of the network itself, those whose
// addresses hold an IPv4 address that another machine would send to, and those of
// platforms that look public.
var reserved = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", // with Teredo and the ORCHIDs
	"2001:db8::/32",
	"2002::/16", // 6to4
	"2620:4f:8000::/48", "3fff::/20",
	azure,
)

// azure is where every machine on Azure finds the platform: a public address by its
// looks.
const azure = "168.63.129.16/32"

// platform are addresses at which clouds tell a machine who it is and give it
// credentials. A network that is allowed and has one of them in it by the way does not
// open it.
var platform = prefixes(
	"169.254.0.0/16",     // nearly all clouds
	"100.100.100.200/32", // Alibaba Cloud, within the shared space of carriers
	"192.0.0.192/32",     // Oracle Cloud
	azure,
	"fd00:ec2::/32",    // AWS
	"fd20:ce::254/128", // Google Cloud
	"fd00:42::42/128",  // Scaleway
)

// opens says whether an allowed network opens an address: one of a platform only if
// it is no wider than what the platform has.
func opens(allowed netip.Prefix, ip netip.Addr) bool {
	return allowed.Contains(ip) && !slices.ContainsFunc(platform, func(p netip.Prefix) bool { return p.Contains(ip) && allowed.Bits() < p.Bits() })
}

func prefixes(of ...string) (out []netip.Prefix) {
	for _, text := range of {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}
