package cli

import (
	"fmt"
	"net/netip"

	"archwire"
)

// networksOf reads networks. One address is a network of its own.
func networksOf(texts []string) (networks []netip.Prefix, err error) {
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
			return nil, &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("--network %s is not a network", text), Hint: hint}
		}
		networks = append(networks, n)
	}
	return networks, nil
}
