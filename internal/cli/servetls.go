package cli

import (
	"cmp"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/netip"

	"github.com/spf13/cobra"

	"archwire/internal/project"
	"archwire/internal/serve/edge"
)

// listenOptions are the flags of serve that say how the network reaches it.
type listenOptions struct {
	plain       bool
	proxies     []string
	cert, key   string
	acme        edge.ACME
	connections int
}

func (o *listenOptions) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.cert, "tls-cert", "", "a PEM file with the server's certificate and those that vouch for it; read again when it changes")
	f.StringVar(&o.key, "tls-key", "", "a PEM file with the certificate's private key")
	f.StringSliceVar(&o.acme.Domains, "acme-domain", nil, "a domain to get certificates for from an ACME server; repeat for several")
	f.StringVar(&o.acme.Cache, "acme-cache", "data/acme", "the folder that keeps what the ACME server gave")
	f.StringVar(&o.acme.Directory, "acme-directory", "", "the address of the ACME server's directory; that of Let's Encrypt when left out")
	f.StringVar(&o.acme.Email, "acme-email", "", "whom the ACME server may write to")
	f.StringVar(&o.acme.Root, "acme-root", "", "a PEM file of who vouches for the ACME server; whom the system trusts when left out")
	f.BoolVar(&o.plain, "plain", false, "serve without TLS on any address: a proxy in front ends it")
	f.StringSliceVar(&o.proxies, "trust-proxy", nil, "a network of proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8; repeat for several")
	f.IntVar(&o.connections, "connections", 4096, "how many connections there may be at once")
}

// check refuses flags that do not go together, and serving others in plain text.
func (o listenOptions) check(address string) error {
	files, acme := o.cert != "" || o.key != "", len(o.acme.Domains) > 0
	switch {
	case (o.cert == "") != (o.key == ""):
		return invalidFlag("--tls-cert and --tls-key go together", "Name both files, or neither.")
	case files && acme:
		return invalidFlag("--tls-cert and --acme-domain do not go together", "Certificates come from files or from an ACME server.")
	case o.plain && (files || acme):
		return invalidFlag("--plain does not go together with TLS", "Leave out --plain, or what is said about certificates.")
	case !o.plain && !files && !acme && !loopback(address):
		return invalidFlag("--listen "+address+" would serve other machines without TLS",
			"Name a certificate with --tls-cert and --tls-key, or a domain with --acme-domain; with --plain if a proxy in front ends TLS.")
	case o.connections < 1:
		return invalidFlag("--connections is at least 1", "")
	}
	return nil
}

// loopback says whether only this machine reaches the address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// faced is TLS as the flags have it, nil without, and the proxies that are believed.
func (a *app) faced(ctx context.Context, p *project.Project, o listenOptions, log *slog.Logger) (*tls.Config, []netip.Prefix, error) {
	proxies, err := networks("--trust-proxy", o.proxies)
	if err != nil {
		return nil, nil, err
	}
	o.acme.Cache = p.Path(o.acme.Cache)
	secure, err := a.tlsConfig(ctx, o, log)
	return secure, proxies, err
}

func (a *app) tlsConfig(ctx context.Context, o listenOptions, log *slog.Logger) (*tls.Config, error) {
	switch {
	case o.cert != "":
		c, err := edge.OpenCertificate(o.cert, o.key, a.Now, func(err error) {
			log.WarnContext(ctx, "certificate not replaced", "err", err)
		})
		if err != nil {
			return nil, err
		}
		return c.Config(), nil
	case len(o.acme.Domains) > 0:
		return o.acme.Config(func(err error) { log.WarnContext(ctx, "certificate not given", "err", err) })
	}
	return nil, nil //nolint:nilnil // without TLS
}

// reached is where callers reach the server: as the flag or the project says, or at
// the first domain.
func (o serveOptions) reached(project string) string {
	if said := cmp.Or(o.url, project); said != "" || len(o.network.acme.Domains) == 0 {
		return said
	}
	return "https://" + o.network.acme.Domains[0]
}
