package edge

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"archwire"
)

// Certificate is a TLS certificate in files that may be replaced while it is used,
// as those who renew certificates do.
type Certificate struct {
	certFile, keyFile string
	now               func() time.Time
	report            func(error)

	mu      sync.Mutex
	current *tls.Certificate
	seen    [2]stamp
	asked   time.Time
}

// stamp tells versions of a file apart.
type stamp struct {
	at   time.Time
	size int64
}

// lookEvery is how often the files are looked at.
const lookEvery = time.Second

// OpenCertificate reads a certificate, its chain and its private key, PEM. Report is
// told once of each version of the files that cannot be used; the one before stays
// in use.
func OpenCertificate(certFile, keyFile string, now func() time.Time, report func(error)) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, now: now, report: report, asked: now()}
	var err error
	if c.seen, err = c.stamps(); err == nil {
		err = c.load()
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Get is for tls.Config.GetCertificate.
func (c *Certificate) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.asked).Abs() >= lookEvery {
		c.asked = now
		seen, err := c.stamps()
		if err == nil && seen != c.seen {
			err = c.load()
		}
		if err != nil && seen != c.seen {
			c.report(err)
		}
		c.seen = seen
	}
	return c.current, nil
}

func (c *Certificate) stamps() (all [2]stamp, err error) {
	var errs [2]error
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			errs[i] = &archwire.Error{
				Code: archwire.NotFound, Message: fmt.Sprintf("the TLS file %s cannot be read", name),
				Hint: "Name the files with --tls-cert and --tls-key, and let the server read them.", Err: err,
			}
			continue
		}
		all[i] = stamp{info.ModTime(), info.Size()}
	}
	return all, errors.Join(errs[:]...)
}

func (c *Certificate) load() error {
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%s and %s are not a certificate and its private key", c.certFile, c.keyFile),
			Hint: "Both are PEM; the first begins with the server's own certificate, and goes on with those that vouch for it.", Err: err,
		}
	}
	c.current = &pair
	return nil
}

// Config is TLS with the certificate.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.Get}
}
