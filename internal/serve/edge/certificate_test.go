package edge_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/edge"
)

// writePair writes a self-signed certificate of that name, and its key.
func writePair(t *testing.T, name, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, certFile, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})))
	write(t, keyFile, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestACertificateIsReplacedWhileItIsUsed(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writePair(t, "first.example", certFile, keyFile)
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	var reported []error
	c, err := edge.OpenCertificate(certFile, keyFile, func() time.Time { return now }, func(err error) { reported = append(reported, err) })
	if err != nil {
		t.Fatal(err)
	}
	want := func(name string, complaints int) {
		t.Helper()
		for range 3 {
			now = now.Add(time.Second)
			pair, err := c.Get(nil)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := x509.ParseCertificate(pair.Certificate[0])
			if err != nil || leaf.Subject.CommonName != name {
				t.Fatalf("the certificate is of %s, %v; want %s", leaf.Subject.CommonName, err, name)
			}
		}
		if len(reported) != complaints {
			t.Errorf("%d complaints, want %d: %v", len(reported), complaints, reported)
		}
	}
	want("first.example", 0)
	writePair(t, "second.example", certFile, keyFile)
	want("second.example", 0)
	write(t, certFile, "half a cert")
	want("second.example", 1)
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	want("second.example", 2)
	writePair(t, "third.example", certFile, keyFile)
	want("third.example", 2)
	now = now.Add(-time.Hour) // a clock that goes back does not keep the old one
	writePair(t, "fourth.example", certFile, keyFile)
	want("fourth.example", 2)
}

func TestOpenCertificateNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile, other := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "other.pem")
	writePair(t, "a.example", certFile, other)
	writePair(t, "b.example", certFile, keyFile)
	for _, c := range []struct {
		cert, key string
		code      archwire.Code
		says      string
	}{
		{filepath.Join(dir, "none.pem"), keyFile, archwire.NotFound, "none.pem"},
		{certFile, filepath.Join(dir, "nokey.pem"), archwire.NotFound, "nokey.pem"},
		{certFile, other, archwire.Invalid, "other.pem"},
		{keyFile, certFile, archwire.Invalid, "cert.pem"},
	} {
		_, err := edge.OpenCertificate(c.cert, c.key, time.Now, func(error) {})
		if archwire.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s, %s: %v", c.cert, c.key, err)
		}
	}
}
