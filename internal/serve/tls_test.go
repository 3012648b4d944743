package serve_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/serve/edge"
	"archwire/internal/serve/ledger"
)

// certified is a certificate of 127.0.0.1, in files, and who trusts it.
func certified(t *testing.T) (certFile, keyFile string, trust *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	must(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	cert, err := x509.ParseCertificate(der)
	must(t, err)
	trust = x509.NewCertPool()
	trust.AddCert(cert)
	return certFile, keyFile, trust
}

func secure(t *testing.T, change ...func(*serve.Config)) (*bundle, *x509.CertPool) {
	t.Helper()
	certFile, keyFile, trust := certified(t)
	c, err := edge.OpenCertificate(certFile, keyFile, now, func(err error) { t.Error(err) })
	must(t, err)
	return setup(t, append(change, func(cfg *serve.Config) { cfg.TLS = c.Config() })...), trust
}

// over asks with TLS.
func over(t *testing.T, config *tls.Config, url, key string) (*http.Response, error) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}}
	t.Cleanup(client.CloseIdleConnections)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+key)
	resp, err := client.Do(r)
	if err == nil {
		must(t, resp.Body.Close())
	}
	return resp, err
}

func TestTLS(t *testing.T) {
	b, trust := secure(t)
	b.publish(t, nil)
	key := b.keys.Open(t, archwire.Aggregate)
	if !strings.HasPrefix(b.url, "https://") {
		t.Fatalf("the server is at %s", b.url)
	}
	for name, c := range map[string]struct {
		config *tls.Config
		proto  string // "" is refused
	}{
		"as usual": {&tls.Config{RootCAs: trust}, "HTTP/2.0"},
		"TLS 1.2":  {&tls.Config{RootCAs: trust, MaxVersion: tls.VersionTLS12}, "HTTP/2.0"},
		"TLS 1.1":  {&tls.Config{RootCAs: trust, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, ""},
		"HTTP/1.1": {&tls.Config{RootCAs: trust, NextProtos: []string{"http/1.1"}}, "HTTP/1.1"},
	} {
		resp, err := over(t, c.config, b.url+"/healthz", key) //nolint:bodyclose // over has closed it
		switch {
		case c.proto == "" && err == nil:
			t.Errorf("%s is spoken", name)
		case c.proto != "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.proto != "" && (resp.StatusCode != http.StatusOK || resp.Header.Get("Strict-Transport-Security") != "max-age=31536000"):
			t.Errorf("%s: %s %v", name, resp.Status, resp.Header)
		case c.proto != "" && name != "HTTP/1.1" && resp.Proto != c.proto:
			t.Errorf("%s: %s", name, resp.Proto)
		}
	}
	plain := strings.Replace(b.url, "https:", "http:", 1)
	if resp, err := over(t, nil, plain+"/v1", ""); err == nil && resp.StatusCode != http.StatusBadRequest { //nolint:bodyclose // over has closed it
		t.Errorf("in plain text: %s", resp.Status)
	}
}

func TestEveryAnswerCarriesStrictHeaders(t *testing.T) {
	b := setup(t)
	unpublished := b.get(t, "/readyz", "").want(t, 503)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	tag := b.get(t, "/v1", key).header.Get("ETag")
	answers := map[string]reply{
		"503": unpublished, "200": b.get(t, "/v1", key), "304": b.get(t, "/v1", key, "If-None-Match", tag).want(t, 304), "400": b.get(t, "/v1?x=1", key).want(t, 400),
		"401": b.get(t, "/v1", "").want(t, 401), "404": b.get(t, "/x", "").want(t, 404), "414": b.get(t, "/"+strings.Repeat("a", 9<<10), "").want(t, 414),
		"a metric": b.get(t, someMetric, key), "rows": b.get(t, "/v1/datasets/collections/rows", key), "docs": b.get(t, "/docs", "").want(t, 200),
		"description": b.get(t, "/openapi.json", ""), "health": b.get(t, "/healthz", ""), "metadata": b.get(t, "/.well-known/oauth-authorization-server", "").want(t, 200),
		"export": b.get(t, "/v1/datasets/collections/export.csv", key).want(t, 200), "token": b.askToken(t, credentials(), idOf(key), key).want(t, 200), "no token": b.askToken(t, form(), "", "").want(t, 400),
	}
	for name, r := range answers {
		for header, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := r.header.Get(header); got != want {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
		if csp := r.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none';") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: the policy is %q", name, csp)
		}
		kept := r.header.Get("Cache-Control")
		if strings.HasPrefix(kept, "public") != (name == "metadata") || kept == "" {
			t.Errorf("%s: Cache-Control is %q", name, kept)
		}
		for _, header := range []string{"Server", "X-Powered-By", "Strict-Transport-Security", "Access-Control-Allow-Origin"} {
			if got := r.header.Get(header); got != "" {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
	}
}

func TestBehindAProxyItsAddressCounts(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	b.published(t, nil)
	bound := b.keys.Mint(t, auth.Key{Networks: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}, authtest.Everything(archwire.Aggregate)...)
	for said, status := range map[string]int{
		"198.51.100.7": 200, "203.0.113.9, 198.51.100.7": 200, "198.51.100.7, 127.0.0.9": 200,
		"203.0.113.9": 401, "198.51.100.7, 203.0.113.9": 401, "unknown": 401, "": 401, "198.51.100.7, unknown": 401,
	} {
		b.get(t, someMetric, bound, "X-Forwarded-For", said).want(t, status)
	}
	b.get(t, someMetric, bound).want(t, 401)
	for _, e := range b.disclosed(t, ledger.Filter{}) {
		if e.Address != "198.51.100.7" {
			t.Errorf("the ledger has the address %s", e.Address)
		}
	}
	if n := len(b.disclosed(t, ledger.Filter{})); n != 3 {
		t.Errorf("the ledger has %d entries for 3 answers", n)
	}
}
