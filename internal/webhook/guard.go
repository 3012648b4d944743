package webhook

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"archwire"
)

// A Guard says where events may be sent. What a client names is foreign: without
// the guard it could have the server knock at doors that only the server can
// reach.
type Guard struct {
	// Allow are networks that are sent to although they are not public, by order of
	// the project.
	Allow []netip.Prefix
}

const longestURL = 2000

// errRefused says that an address is not one to send to.
var errRefused = errors.New("the address is not a public one")

// Refused says whether an endpoint was not sent to because of where it lies.
func Refused(err error) bool { return errors.Is(err, errRefused) }

// URL reads an endpoint and says what is wrong with it: errors of code Invalid,
// which do not repeat it. Names are looked up when something is sent, not here.
func (g Guard) URL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil, len(raw) > longestURL, u.Hostname() == "", u.Opaque != "", strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return nil, wrong("The webhook's URL is not one.", fmt.Sprintf("Write it as https://HOST/PATH, in at most %d characters.", longestURL))
	case u.User != nil:
		return nil, wrong("The webhook's URL holds a name or a password.", "Leave them out: what is sent is signed.")
	case u.Fragment != "":
		return nil, wrong("The webhook's URL has a fragment.", "Leave out what follows #: it is never sent.")
	case u.Scheme != "https" && !g.plain(u):
		return nil, wrong("The webhook's URL does not begin with https://.", "Events are sent over https only.")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !g.admits(ip) {
		return nil, wrong("The webhook's URL names an address that is not public.", "Use an endpoint on the internet, or have the operator allow its network.")
	}
	return u, nil
}

// plain says whether u may do without TLS: on this machine, where the project
// allows it.
func (g Guard) plain(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && err == nil && ip.IsLoopback() && g.admits(ip)
}

// admits says whether an address may be sent to: a public one, or one of the
// networks that are allowed.
func (g Guard) admits(ip netip.Addr) bool {
	ip = ip.Unmap()
	return slices.ContainsFunc(g.Allow, func(p netip.Prefix) bool { return opens(p, ip.WithZone("")) }) || public(ip)
}

// control refuses a connection by the address that it is about to be made to:
// whatever a name was looked up as before, this is what it is now.
func (g Guard) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !g.admits(to.Addr()) {
		return errRefused
	}
	return nil
}

// Timeout is how long one attempt takes at most, from looking up the name to the
// end of the answer.
const Timeout = 15 * time.Second

// Client makes a client that reaches what the guard admits and nothing else: no
// proxy, which would look names up itself, and no redirects. Names are looked up
// by resolver, nil is the machine's.
func (g Guard) Client(resolver *net.Resolver) *http.Client {
	dialer := &net.Dialer{Timeout: Timeout, Resolver: resolver, Control: g.control}
	return &http.Client{
		Transport: &http.Transport{
			DialContext:     dialer.DialContext,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
			MaxResponseHeaderBytes: 16 << 10, MaxIdleConns: 50, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute,
		},
		Timeout:       Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func wrong(message, hint string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: message, Hint: hint}
}
