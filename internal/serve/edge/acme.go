package edge

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"archwire"
)

// ACME says how certificates are had from an ACME server (RFC 8555), for example
// Let's Encrypt.
type ACME struct {
	Domains   []string // whose certificates are asked for; for others there is none
	Cache     string   // the folder that keeps account and certificates; servers may share it
	Directory string   // of the ACME server; "" is Let's Encrypt's
	Email     string   // whom it may tell about trouble; may be ""
	Root      string   // a PEM file of who vouches for the ACME server's own certificate; "" is whom the system trusts
}

// Config is TLS with certificates of a, had when they are first needed and renewed
// before they end. The ACME server proves the domain by connecting to it at port
// 443, which must lead here (TLS-ALPN-01). Report is told why it does not take a proof.
func (a ACME) Config(report func(error)) (*tls.Config, error) {
	client := &acme.Client{DirectoryURL: a.Directory}
	if a.Directory == "" {
		client.DirectoryURL = autocert.DefaultACMEDirectory
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment}
	if a.Root != "" {
		pem, err := os.ReadFile(a.Root)
		pool := x509.NewCertPool()
		if err != nil || !pool.AppendCertsFromPEM(pem) {
			return nil, &archwire.Error{
				Code: archwire.Invalid, Message: fmt.Sprintf("%s does not hold certificates", a.Root),
				Hint: "Name a PEM file with --acme-root.", Err: err,
			}
		}
		transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}
	}
	client.HTTPClient = &http.Client{Transport: &orders{next: transport, report: report, at: map[string]string{}}}
	m := &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(a.Cache), HostPolicy: autocert.HostWhitelist(a.Domains...),
		Client: client, Email: a.Email,
	}
	config := m.TLSConfig()
	config.MinVersion = tls.VersionTLS12
	return config, nil
}
