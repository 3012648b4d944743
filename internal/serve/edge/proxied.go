package edge

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Behind gives requests the address that a proxy says they come from. Only proxies
// of the given networks are believed, and of what they say only what they or
// another of them saw: the last address of X-Forwarded-For that is none of theirs.
// Where they say something that is no address, the request has none.
func Behind(proxies []netip.Prefix, next http.Handler) http.Handler {
	if len(proxies) == 0 {
		return next
	}
	ours := func(a netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(n netip.Prefix) bool { return n.Contains(a) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		said := r.Header.Values("X-Forwarded-For")
		if err == nil && len(said) > 0 && ours(plain(peer.Addr())) {
			r = r.Clone(r.Context())
			r.RemoteAddr = ""
			if from, ok := forwarded(strings.Split(strings.Join(said, ","), ","), ours); ok {
				r.RemoteAddr = netip.AddrPortFrom(from, 0).String()
			}
		}
		next.ServeHTTP(w, r)
	})
}

// forwarded is the last address of hops that is not ours, or the first one where
// all are.
func forwarded(hops []string, ours func(netip.Addr) bool) (from netip.Addr, ok bool) {
	for _, hop := range slices.Backward(hops) {
		hop = strings.TrimSpace(hop)
		a, err := netip.ParseAddr(hop)
		if err != nil { // some proxies add the port
			withPort, err := netip.ParseAddrPort(hop)
			if err != nil {
				return netip.Addr{}, false
			}
			a = withPort.Addr()
		}
		if from = plain(a); !ours(from) {
			return from, true
		}
	}
	return from, true
}

func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }
