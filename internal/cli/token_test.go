package cli_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// makePair is `keypair NAME`: it writes NAME.private.pem and NAME.pem.
func makePair(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: keypair NAME")
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	ts.Check(err)
	for name, write := range map[string]func() (string, []byte, error){
		args[0] + ".private.pem": func() (string, []byte, error) {
			der, err := x509.MarshalPKCS8PrivateKey(private)
			return "PRIVATE KEY", der, err
		},
		args[0] + ".pem": func() (string, []byte, error) {
			der, err := x509.MarshalPKIXPublicKey(public)
			return "PUBLIC KEY", der, err
		},
	} {
		kind, der, err := write()
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	}
}

// getToken is `token STATUS KEYFILE` or `token STATUS PRIVATE.pem ID`: it asks the
// server for a token with a key, or with an assertion that the private key signs,
// and shows the token, or the answer where there is none.
func getToken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: token STATUS FILE [ID]")
	}
	at := "http://" + ts.Getenv("ADDRESS") + "/oauth/token"
	secret, _, _ := strings.Cut(ts.ReadFile(args[1]), "\n")
	form := url.Values{"grant_type": {"client_credentials"}}
	if len(args) > 2 {
		form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		form.Set("client_assertion", signed(ts, args[1], args[2], at))
	} else {
		form.Set("client_id", strings.Split(secret, "_")[1])
		form.Set("client_secret", secret)
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, at, strings.NewReader(form.Encode()))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	body, err := io.ReadAll(res.Body)
	ts.Check(errors.Join(err, res.Body.Close()))
	var given struct {
		Token string `json:"access_token"`
	}
	ts.Check(json.Unmarshal(body, &given))
	if given.Token != "" {
		body = []byte(given.Token)
	}
	answered(ts, []string{args[0], "/oauth/token"}, res.StatusCode, body)
}

// signed is an assertion of a key for an address.
func signed(ts *testscript.TestScript, file, id, aud string) string {
	block, _ := pem.Decode([]byte(ts.ReadFile(file)))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	ts.Check(err)
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		ts.Fatalf("%s holds a %T", file, key)
	}
	claims, err := json.Marshal(map[string]any{"iss": id, "sub": id, "aud": aud, "exp": time.Now().Add(time.Minute).Unix(), "jti": rand.Text()})
	ts.Check(err)
	text := fmt.Sprintf("%s.%s", base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA"}`)), base64.RawURLEncoding.EncodeToString(claims))
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(private, []byte(text)))
}
