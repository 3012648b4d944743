package cli

import (
	"fmt"
	"net/netip"

	"archwire"
)

// networksOf reads the networks of --network.
func networksOf(texts []string) ([]netip.Prefix, error) { return networks("--network", texts) }

// networks reads the networks of a flag. One address is a network of its own.
func networks(flag string, texts []string) (all []netip.Prefix, err error) {
	for _, text := range texts {
		n, err := netip.ParsePrefix(text)
		if addr, single := netip.ParseAddr(text); single == nil && addr.Zone() == "" {
			n, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		hint := "Write it as 203.0.113.0/24, 2001:db8::/32 or one address."
		if err == nil && n != n.Masked() {
			hint = fmt.Sprintf("Did you mean %s?", n.Masked())
		}
		if err != nil || n != n.Masked() || n.Addr().Is4In6() {
			return nil, &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("%s %s is not a network", flag, text), Hint: hint}
		}
		all = append(all, n)
	}
	return all, nil
}
