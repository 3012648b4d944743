package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"archwire"
)

// Algorithms are those that assertions may be signed with. All need a private key:
// what the server stores cannot make a signature.
func Algorithms() []string { return []string{"RS256", "PS256", "ES256", "EdDSA"} }

func algorithms() (all []jose.SignatureAlgorithm) {
	for _, name := range Algorithms() {
		all = append(all, jose.SignatureAlgorithm(name))
	}
	return all
}

const (
	leastRSA = 2048 // bits
	mostRSA  = 8192 // bits: larger ones take the server too long
	mostKeys = 20   // in one file
)

// ReadPublicKeys reads the public keys of a file: PEM (PUBLIC KEY, RSA PUBLIC KEY
// or CERTIFICATE), a JWK or a JWK set (RFC 7517). It returns each as a JWK with
// nothing but what verifying needs. A file with a private key is refused: whoever
// sends one must make another.
func ReadPublicKeys(file []byte) ([]json.RawMessage, error) {
	keys, err := parsePublicKeys(file)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 || len(keys) > mostKeys {
		return nil, invalidKey(fmt.Sprintf("the file has %d public keys, want 1 to %d", len(keys), mostKeys), pemHint, nil)
	}
	var texts []json.RawMessage
	for _, k := range keys {
		if err := checkPublicKey(k); err != nil {
			return nil, err
		}
		text, err := json.Marshal(jose.JSONWebKey{Key: k.Key, Algorithm: k.Algorithm})
		if err != nil {
			return nil, invalidKey("the public key cannot be written as a JWK", pemHint, err)
		}
		texts = append(texts, text)
	}
	return texts, nil
}

const pemHint = "Make a key pair with: openssl genpkey -algorithm ed25519 -out private.pem && openssl pkey -in private.pem -pubout -out public.pem"

func invalidKey(message, hint string, err error) error {
	return &archwire.Error{Code: archwire.Invalid, Message: message, Hint: hint, Err: err}
}

func parsePublicKeys(file []byte) ([]jose.JSONWebKey, error) {
	if strings.HasPrefix(strings.TrimSpace(string(file)), "{") {
		return parseJWKs(file)
	}
	var keys []jose.JSONWebKey
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		key, err := parseBlock(block)
		if err != nil {
			return nil, err
		}
		keys = append(keys, jose.JSONWebKey{Key: key})
	}
	return keys, nil
}

func parseBlock(block *pem.Block) (key any, err error) {
	switch {
	case strings.Contains(block.Type, "PRIVATE"):
		return nil, errPrivate()
	case block.Type == "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case block.Type == "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case block.Type == "CERTIFICATE":
		var cert *x509.Certificate
		if cert, err = x509.ParseCertificate(block.Bytes); err == nil {
			key = cert.PublicKey
		}
	default:
		err = errors.New("not a block of a public key")
	}
	if err != nil {
		return nil, invalidKey("the file holds a PEM block that is not a public key", pemHint, err)
	}
	return key, nil
}

func parseJWKs(file []byte) ([]jose.JSONWebKey, error) {
	var kind struct{ Keys *json.RawMessage }
	if err := json.Unmarshal(file, &kind); err != nil {
		return nil, invalidKey("the file is not JSON", pemHint, err)
	}
	var set jose.JSONWebKeySet
	err := error(nil)
	if kind.Keys != nil {
		err = json.Unmarshal(file, &set)
	} else {
		set.Keys = make([]jose.JSONWebKey, 1)
		err = json.Unmarshal(file, &set.Keys[0])
	}
	if err != nil {
		return nil, invalidKey("the file is neither a JWK nor a set of JWKs", pemHint, err)
	}
	return set.Keys, nil
}

func errPrivate() error {
	return invalidKey("the file holds a private key",
		"Only its owner may have it. Make a new pair, and add the public key alone: openssl pkey -in private.pem -pubout -out public.pem", nil)
}

// checkPublicKey refuses keys that none of the algorithms takes, and weak ones.
func checkPublicKey(k jose.JSONWebKey) error {
	var fits []string
	switch key := k.Key.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < leastRSA || bits > mostRSA {
			return invalidKey(fmt.Sprintf("an RSA key of %d bits is not taken", bits), fmt.Sprintf("Use one of %d to %d bits.", leastRSA, mostRSA), nil)
		}
		fits = []string{"RS256", "PS256"}
	case *ecdsa.PublicKey:
		if key.Curve != elliptic.P256() {
			return invalidKey("only the curve P-256 is taken, which is that of ES256", pemHint, nil)
		}
		fits = []string{"ES256"}
	case ed25519.PublicKey:
		fits = []string{"EdDSA"}
	default:
		if !k.IsPublic() && k.Valid() {
			return errPrivate()
		}
		return invalidKey("the public key is of a kind that is not taken", "Use RSA, P-256 or Ed25519.", nil)
	}
	switch {
	case !k.Valid():
		return invalidKey("the public key is not valid", pemHint, nil)
	case k.Use != "" && k.Use != "sig":
		return invalidKey(fmt.Sprintf("the public key is for the use %q", k.Use), "Add the one for signing: use sig.", nil)
	case k.Algorithm != "" && !slices.Contains(fits, k.Algorithm):
		return invalidKey(fmt.Sprintf("the algorithm %q does not fit the public key, or is not taken", k.Algorithm), "Use "+strings.Join(Algorithms(), ", ")+".", nil)
	}
	return nil
}
