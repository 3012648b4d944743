package serve_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"archwire/internal/serve"
	"archwire/internal/serve/edge"
)

const domain = "api.example.test"

// freePort is one that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close() //nolint:errcheck // nobody has connected
	return l.Addr().(*net.TCPAddr).Port
}

// pebble is Let's Encrypt's ACME server for tests. Names of tests lead nowhere, so it
// is told to take every domain for proven; all else is as a real one does it.
type pebble struct {
	directory, root string
	trust           func(t *testing.T) *x509.CertPool // those who vouch for what it issues
	stop            func()
}

func startPebble(t *testing.T) pebble {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "pebble")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "github.com/letsencrypt/pebble/v2/cmd/pebble")
	build.Dir, build.Env = filepath.Join("..", "..", "tools", "pebble"), append(os.Environ(), "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building pebble: %v\n%s", err, out)
	}
	certFile, keyFile, own := certified(t)
	port, manage := freePort(t), freePort(t)
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": fmt.Sprintf("127.0.0.1:%d", port), "managementListenAddress": fmt.Sprintf("127.0.0.1:%d", manage),
		"certificate": certFile, "privateKey": keyFile, "httpPort": freePort(t), "tlsPort": freePort(t),
	}})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "config.json"), config, 0o600))
	cmd := exec.CommandContext(t.Context(), binary, "-config", filepath.Join(dir, "config.json"), "-strict")
	cmd.Env = append(os.Environ(), "PEBBLE_VA_ALWAYS_VALID=1", "PEBBLE_WFE_NONCEREJECT=0")
	log := &logged{}
	cmd.Stdout, cmd.Stderr = log, log
	must(t, cmd.Start())
	p := pebble{directory: fmt.Sprintf("https://127.0.0.1:%d/dir", port), root: certFile, stop: func() {
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

func TestCertificatesComeFromAnACMEServer(t *testing.T) {
	ca := startPebble(t)
	trust := ca.trust(t)
	cache := t.TempDir()
	start := func() *bundle {
		config, err := edge.ACME{Domains: []string{domain}, Cache: cache, Directory: ca.directory, Email: "ops@example.com", Root: ca.root}.Config()
		must(t, err)
		return setup(t, func(c *serve.Config) {
			c.TLS, c.Patience.Header = config, hardly
		})
	}
	health := func(b *bundle) (*http.Response, error) {
		return over(t, &tls.Config{RootCAs: trust, ServerName: domain}, b.url+"/healthz", "")
	}
	b := start()
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
	ca.stop()                   // what was had is kept
	resp, err = health(start()) //nolint:bodyclose // over has closed it
	must(t, err)
	if !resp.TLS.PeerCertificates[0].Equal(leaf) {
		t.Error("after a restart the certificate is another")
	}
}

func TestACMENamesAFileThatVouchesForNobody(t *testing.T) {
	for _, root := range []string{"nowhere.pem", "acme_test.go"} {
		if _, err := (edge.ACME{Domains: []string{domain}, Root: root}).Config(); err == nil {
			t.Errorf("%s is taken", root)
		}
	}
}
