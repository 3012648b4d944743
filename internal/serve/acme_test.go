package serve_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archwire/internal/serve"
	"archwire/internal/serve/edge"
	"archwire/internal/testdns"
	"archwire/internal/testport"
)

const domain = "api.example.test"

// pebble is Let's Encrypt's ACME server for tests. It looks the test's domain up at
// the test's name server, and connects to it at prove instead of port 443; all else is
// as a real one does it.
type pebble struct {
	directory, root string
	prove           int
	trust           func(t *testing.T) *x509.CertPool // those who vouch for what it issues
	stop            func()
}

func startPebble(t *testing.T, known func(name string) bool) pebble {
	t.Helper()
	names := testdns.Start(t, func(name string) []netip.Addr {
		if !known(name) {
			return nil
		}
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	})
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "tool", "-n", "github.com/letsencrypt/pebble/v2/cmd/pebble") // builds it, once
	build.Dir, build.Env = filepath.Join("..", "..", "tools", "pebble"), append(os.Environ(), "GOFLAGS=")
	var stderr bytes.Buffer
	build.Stderr = &stderr
	out, err := build.Output()
	if err != nil {
		t.Fatalf("building pebble: %v\n%s", err, &stderr)
	}
	binary := strings.TrimSpace(string(out))
	certFile, keyFile, own := certified(t)
	port, manage, prove := testport.Reserve(t), testport.Reserve(t), testport.Reserve(t)
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": fmt.Sprintf("127.0.0.1:%d", port), "managementListenAddress": fmt.Sprintf("127.0.0.1:%d", manage),
		"certificate": certFile, "privateKey": keyFile, "httpPort": testport.Reserve(t), "tlsPort": prove,
	}})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "config.json"), config, 0o600))
	cmd := exec.CommandContext(t.Context(), binary, "-config", filepath.Join(dir, "config.json"), "-strict", "-dnsserver", names)
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0")
	log := &logged{}
	cmd.Stdout, cmd.Stderr = log, log
	must(t, cmd.Start())
	p := pebble{directory: fmt.Sprintf("https://127.0.0.1:%d/dir", port), root: certFile, prove: prove, stop: func() {
		cmd.Process.Kill() //nolint:errcheck // it may have ended
		cmd.Wait()         //nolint:errcheck // it was killed
	}}
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Logf("pebble said:\n%s", log)
		}
	})
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: own}}}
	t.Cleanup(client.CloseIdleConnections)
	p.trust = func(t *testing.T) *x509.CertPool {
		t.Helper()
		var err error
		for deadline := time.Now().Add(hardly); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			var resp *http.Response
			if resp, err = client.Get(fmt.Sprintf("https://127.0.0.1:%d/roots/0", manage)); err == nil {
				pem, err := io.ReadAll(resp.Body)
				must(t, err)
				must(t, resp.Body.Close())
				pool := x509.NewCertPool()
				pool.AppendCertsFromPEM(pem)
				return pool
			}
		}
		t.Fatalf("pebble does not answer: %v\n%s", err, log)
		return nil
	}
	return p
}

// behind is a server with certificates of the ACME server.
func (p pebble) behind(t *testing.T, cache, listen string, report func(error)) *bundle {
	t.Helper()
	config, err := edge.ACME{Domains: []string{domain}, Cache: cache, Directory: p.directory, Email: "ops@example.com", Root: p.root}.Config(report)
	must(t, err)
	return setup(t, func(c *serve.Config) {
		c.TLS, c.Patience.Header, c.Listen = config, hardly, listen
	})
}

// The ACME server finds the proof of the domain at the very address where the API is
// served.
func TestCertificatesComeFromAnACMEServer(t *testing.T) {
	ca := startPebble(t, func(name string) bool { return name == domain })
	trust, cache, listen := ca.trust(t), t.TempDir(), fmt.Sprintf("127.0.0.1:%d", ca.prove)
	health := func(b *bundle) (*http.Response, error) {
		return over(t, &tls.Config{RootCAs: trust, ServerName: domain}, b.url+"/healthz", "")
	}
	refused := func(err error) { t.Error(err) }
	b := ca.behind(t, cache, listen, refused)
	resp, err := health(b) //nolint:bodyclose // over has closed it
	must(t, err)
	leaf := resp.TLS.PeerCertificates[0]
	if resp.StatusCode != http.StatusOK || resp.Proto != "HTTP/2.0" || leaf.VerifyHostname(domain) != nil {
		t.Errorf("%s, %s, a certificate of %v", resp.Proto, resp.Status, leaf.DNSNames)
	}
	if _, err := over(t, &tls.Config{InsecureSkipVerify: true, ServerName: "other.example.test"}, b.url+"/healthz", ""); err == nil { //nolint:bodyclose // over has closed it
		t.Error("there is a certificate of a domain that nobody named")
	}
	must(t, b.stop())
	ca.stop()                                                // what was had is kept
	resp, err = health(ca.behind(t, cache, listen, refused)) //nolint:bodyclose // over has closed it
	must(t, err)
	if !resp.TLS.PeerCertificates[0].Equal(leaf) {
		t.Error("after a restart the certificate is another")
	}
}

// The domain leads elsewhere: to somebody who answers for it with a proof of their own
// (RFC 8737), to somebody who knows of no proof, or nowhere.
func TestNoCertificateComesWithoutTheProofOfTheDomain(t *testing.T) {
	forged := func(extensions ...pkix.Extension) *tls.Certificate {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(t, err)
		template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{domain}, NotAfter: time.Now().Add(time.Hour), ExtraExtensions: extensions}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		must(t, err)
		return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	wrong, err := asn1.Marshal(make([]byte, sha256.Size))
	must(t, err)
	var known atomic.Bool
	ca := startPebble(t, func(string) bool { return known.Load() })
	trust := ca.trust(t)
	for name, x := range map[string]struct {
		known bool             // whether the name server knows the domain
		there *tls.Certificate // of who listens where the domain leads to
		alpn  []string
		says  string // what the ACME server finds
	}{
		"another's proof": {true, forged(pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 31}, Critical: true, Value: wrong}), []string{"acme-tls/1"}, "Invalid acmeValidation extension value"},
		"no proof":        {true, forged(), []string{"acme-tls/1"}, "Missing acmeValidationV1 extension"},
		"another server":  {true, forged(), []string{"http/1.1"}, "Failed to connect"},
		"no such name":    {false, forged(), nil, "Could not resolve"},
	} {
		known.Store(x.known)
		l, err := tls.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", ca.prove), &tls.Config{Certificates: []tls.Certificate{*x.there}, NextProtos: x.alpn})
		must(t, err)
		other := &http.Server{Handler: http.NotFoundHandler(), ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: hardly}
		go other.Serve(l) //nolint:errcheck // it ends with the test
		var told atomic.Value
		b := ca.behind(t, t.TempDir(), "127.0.0.1:0", func(err error) { told.Store(err.Error()) })
		if _, err := over(t, &tls.Config{RootCAs: trust, ServerName: domain}, b.url+"/healthz", ""); err == nil { //nolint:bodyclose // over has closed it
			t.Errorf("%s: there is a certificate", name)
		}
		if text, _ := told.Load().(string); !strings.Contains(text, domain) || !strings.Contains(text, x.says) {
			t.Errorf("%s: it is told %q, want %q", name, text, x.says)
		}
		must(t, b.stop())
		must(t, other.Close())
	}
}

func TestACMENamesAFileThatVouchesForNobody(t *testing.T) {
	for _, root := range []string{"nowhere.pem", "acme_test.go"} {
		if _, err := (edge.ACME{Domains: []string{domain}, Root: root}).Config(nil); err == nil {
			t.Errorf("%s is taken", root)
		}
	}
}
