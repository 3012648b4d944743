package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve/auth"
)

// The public keys of RFC 8037 appendix A.2 and RFC 7517 appendix A.1.
const (
	jwkEd25519 = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	jwkP256    = `{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}`
	// RFC 8037 appendix A.1, with its private part.
	jwkPrivate = `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
)

func block(kind string, der []byte, err error) string {
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestReadPublicKeys(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	cert := block("CERTIFICATE", der, err)
	signing := strings.Replace(jwkP256, `"enc"`, `"sig"`, 1)
	for name, c := range map[string]struct {
		file string
		kty  string
	}{
		"a JWK":          {jwkEd25519, "OKP"},
		"a JWK to sign":  {" \n" + signing, "EC"},
		"a set":          {`{"keys":[` + jwkEd25519 + "," + signing + `]}`, "OKP EC"},
		"PKCS 1":         {block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey), nil), "RSA"},
		"a certificate":  {"some text\n" + cert, "RSA"},
		"two PEM blocks": {cert + cert, "RSA RSA"},
	} {
		keys, err := auth.ReadPublicKeys([]byte(c.file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, kty := range strings.Fields(c.kty) {
			if i >= len(keys) || !strings.Contains(string(keys[i]), `"kty":"`+kty+`"`) {
				t.Errorf("%s: key %d of %s is not %s", name, i, keys, kty)
			}
		}
	}
}

func TestReadPublicKeysRefuses(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	spki := func(k crypto.PublicKey) string {
		der, err := x509.MarshalPKIXPublicKey(k)
		return block("PUBLIC KEY", der, err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(p384)
	for name, file := range map[string]string{
		"has 0 public keys":       "nothing",
		"private key":             block("PRIVATE KEY", private, err),
		"private key ":            jwkPrivate,
		"private key  ":           `{"keys":[` + jwkEd25519 + "," + jwkPrivate + `]}`,
		"RSA key of 1024 bits":    spki(&weak.PublicKey),
		"only the curve P-256":    spki(&p384.PublicKey),
		"of a kind":               `{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}`,
		`for the use "enc"`:       jwkP256,
		`algorithm "HS256"`:       strings.Replace(jwkEd25519, "{", `{"alg":"HS256",`, 1),
		`algorithm "none"`:        strings.Replace(jwkEd25519, "{", `{"alg":"none",`, 1),
		"not JSON":                "{",
		"neither a JWK nor a set": `{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}`,
		"not a public key":        block("PUBLIC KEY", []byte("x"), nil),
		"not a public key ":       block("CERTIFICATE REQUEST", []byte("x"), nil),
	} {
		keys, err := auth.ReadPublicKeys([]byte(file))
		if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), strings.TrimSpace(name)) || keys != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadPublicKeys(f *testing.F) {
	for _, seed := range []string{jwkEd25519, jwkP256, jwkPrivate, `{"keys":[]}`, "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		keys, err := auth.ReadPublicKeys(file)
		if err != nil {
			return
		}
		for _, k := range keys {
			again, err := auth.ReadPublicKeys(k)
			if err != nil || len(again) != 1 || string(again[0]) != string(k) || strings.Contains(string(k), `"d":`) {
				t.Errorf("%s is read back as %s, %v", k, again, err)
			}
		}
	})
}
