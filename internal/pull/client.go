package pull

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"archwire"
)

// ClientConfig is what a Client is made of. URL and Credential must be set.
type ClientConfig struct {
	URL        string // of the server: https://data.example.com
	Credential Credential
	Roots      *x509.CertPool // nil is the system's
	Program    string         // names the build to the server

	// Sleep waits; nil waits by the machine's clock.
	Sleep func(ctx context.Context, d time.Duration) error
}

// A Client asks one server. It is safe for use by several goroutines.
type Client struct {
	base       *url.URL
	credential Credential
	program    string
	answers    *http.Client // for what the server says itself
	files      *http.Client // for slices, which may lie elsewhere
	sleep      func(ctx context.Context, d time.Duration) error
}

// silence is how long a server may send nothing before the connection is given up.
const silence = time.Minute

// NewClient returns a Client that has not asked anything yet.
func NewClient(cfg ClientConfig) (*Client, error) {
	base, err := serverURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 30 * time.Second, ResponseHeaderTimeout: silence, IdleConnTimeout: silence,
		MaxIdleConnsPerHost: atOnce, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: mostHeaderBytes,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: cfg.Roots},
	}
	if cfg.Sleep == nil {
		cfg.Sleep = sleep
	}
	return &Client{
		base: base, credential: cfg.Credential, program: cfg.Program, sleep: cfg.Sleep,
		answers: &http.Client{Transport: transport, CheckRedirect: neverElsewhere},
		files:   &http.Client{Transport: transport, CheckRedirect: onceElsewhere},
	}, nil
}

// serverURL reads the address of a server. Whatever is wrong with it, it is not
// repeated: somebody may have put a secret there.
func serverURL(text string) (*url.URL, error) {
	wrong := func(message, hint string) error {
		return &archwire.Error{Code: archwire.Invalid, Message: message, Hint: hint}
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, wrong("--url is not the address of a server", "Write it as https://data.example.com.")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, wrong("--url has more in it than the address of a server", "Write it as https://data.example.com; keys go into --key-file or --key-env.")
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return nil, wrong("--url would send the key in clear", "Use https; plain http is for servers on this machine.")
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// neverElsewhere refuses to be sent to another server: what a partner's machine can
// reach is not for the server to try.
func neverElsewhere(r *http.Request, via []*http.Request) error {
	if r.URL.Host != via[0].URL.Host {
		return errElsewhere
	}
	return neverInClear(r, via)
}

var errElsewhere = errors.New("a redirection leads to another server")

// neverInClear refuses to be sent from https to http.
func neverInClear(r *http.Request, via []*http.Request) error {
	const most = 5
	if len(via) >= most {
		return errors.New("too many redirections")
	}
	if r.URL.Scheme != "https" && via[0].URL.Scheme == "https" {
		return errors.New("a redirection leads away from https")
	}
	if r.URL.Host != via[0].URL.Host {
		r.Header.Del("Authorization") // net/http would show it to another port, and to names below
	}
	return nil
}

// at is the address of a path that the server gave. What is elsewhere is an address
// of its own.
func (c *Client) at(path string) (*url.URL, error) {
	u, err := url.Parse(path)
	if err != nil || u.Path == "" {
		return nil, errors.New("the server gave an address that is none")
	}
	if u.Host == "" && strings.HasPrefix(u.Path, "/") {
		u.Path = c.base.Path + u.Path
	}
	return c.base.ResolveReference(u), nil
}

// send sends one request by one of the clients. The body of an answer ends with an error when the server
// sends nothing for a while.
func (c *Client) send(ctx context.Context, by *http.Client, path string, header http.Header) (*http.Response, error) {
	u, err := c.at(path)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("asking the server: %w", err)
	}
	maps.Copy(r.Header, header)
	r.Header.Set("User-Agent", c.program)
	if u.Scheme == c.base.Scheme && u.Host == c.base.Host {
		if err := c.credential.Show(ctx, r); err != nil {
			cancel()
			return nil, err
		}
	} else if u.Scheme != "https" && c.base.Scheme == "https" {
		cancel()
		return nil, errors.New("the server gave an address that leads away from https")
	}
	resp, err := by.Do(r)
	if err != nil {
		cancel()
		return nil, c.untold(err)
	}
	resp.Body = &watched{body: resp.Body, cancel: cancel, timer: time.AfterFunc(silence, cancel)}
	return resp, nil
}

// watched is a body whose server must not fall silent.
type watched struct {
	body   io.ReadCloser
	cancel context.CancelFunc
	timer  *time.Timer
}

func (w *watched) Read(b []byte) (int, error) {
	w.timer.Reset(silence)
	return w.body.Read(b)
}

func (w *watched) Close() error {
	w.timer.Stop()
	err := w.body.Close()
	w.cancel()
	return err
}

// sleep waits, unless ctx ends before.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
