// Package edge is what stands between the network and whoever answers: how many
// connections there may be, their certificates, the address a caller really has,
// and the headers that every answer carries. It knows nothing of what is answered.
package edge

import "net/netip"

// Place is where an address is, as far as limits tell addresses apart: an IPv6 host
// has a network of them. It is the zero Prefix of the zero Addr.
func Place(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p
}
