package signin

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"net/url"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// Codes are those of RFC 6238 as every authenticator app makes them: six digits,
// SHA-1, thirty seconds.
const (
	stepSeconds = 30
	codeBytes   = 20 // RFC 4226, section 4: 160 bits are recommended
	around      = 1  // steps before and after this one whose codes are taken, for clocks that differ
)

// newCodeSecret draws a secret of codes.
func newCodeSecret() []byte {
	secret := make([]byte, codeBytes)
	_, _ = rand.Read(secret) // never fails, says its documentation
	return secret
}

// code is the code of a step.
func code(secret []byte, step int64, digits otp.Digits) (string, error) {
	return hotp.GenerateCodeCustom(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret),
		uint64(step), hotp.ValidateOpts{Digits: digits, Algorithm: otp.AlgorithmSHA1}) //nolint:gosec // steps are positive
}

// stepOf is the step whose code was given; not ok if it is none of those taken
// now. All of them are compared.
func stepOf(secret []byte, given string, now time.Time) (step int64, ok bool, err error) {
	for s := now.Unix()/stepSeconds - around; s <= now.Unix()/stepSeconds+around; s++ {
		want, err := code(secret, s, otp.DigitsSix)
		if err != nil {
			return 0, false, fmt.Errorf("computing a code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(given)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok, nil
}

// codeURI is a secret as authenticator apps take it, commonly as a picture.
func codeURI(secret []byte, project, name string) string {
	q := url.Values{"secret": {base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)}, "issuer": {project}}
	return (&url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + project + ":" + name, RawQuery: q.Encode()}).String()
}
