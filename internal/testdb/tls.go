package testdb

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"archwire"
	"archwire/internal/testdb/cluster"
)

// TLS starts a private PostgreSQL that takes encrypted connections. It returns
// the URL of a database there and the file of the certificate to trust.
func TLS(tb testing.TB) (url, rootCert string) {
	tb.Helper()
	cert, key := certificate(tb)
	c, err := private(cluster.TLS(cert, key))
	if err != nil {
		tb.Fatalf("starting PostgreSQL for the tests: %v\n%s", err, archwire.HintOf(err))
	}
	tb.Cleanup(func() {
		if err := c.Stop(); err != nil {
			tb.Errorf("stopping PostgreSQL: %v", err)
		}
	})
	rootCert = filepath.Join(tb.TempDir(), "root.crt")
	if err := os.WriteFile(rootCert, cert, 0o600); err != nil {
		tb.Fatal(err)
	}
	return c.URL("postgres"), rootCert
}

// certificate makes a certificate of 127.0.0.1, signed by itself.
func certificate(tb testing.TB) (certPEM, keyPEM []byte) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
}
