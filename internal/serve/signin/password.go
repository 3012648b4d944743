// Package signin finds out who a person is: by a password and a code, or by an
// issuer who vouches for them. What the person may do then is auth's part.
package signin

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"archwire"
)

// Cost is what hashing a password takes. A hash says its own, so it may rise.
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultCost is the second recommended option of RFC 9106, section 4, for where
// memory is short.
func DefaultCost() Cost { return Cost{Memory: 64 << 10, Passes: 3, Threads: 4} }

const (
	saltBytes = 16
	hashBytes = 32

	minPassword = 12  // characters
	maxPassword = 256 // bytes
)

// CheckPassword refuses passwords that are too short to be safe behind a rate
// limit, or so long that they are not a password.
func CheckPassword(password string) error {
	if len([]rune(password)) < minPassword || len(password) > maxPassword {
		return &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("the password does not have %d to %d characters", minPassword, maxPassword),
			Hint: "Several words that have nothing to do with each other make a good one.",
		}
	}
	return nil
}

// HashPassword is what is stored of a password: the text that argon2's own program
// writes, $argon2id$v=19$m=..,t=..,p=..$salt$hash.
func (c Cost) HashPassword(password string) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails, says its documentation
	return c.hash(password, salt)
}

func (c Cost) hash(password string, salt []byte) string {
	return c.written(salt, argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, hashBytes))
}

// written is the text of a hash.
func (c Cost) written(salt, sum []byte) string {
	text := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads, text.EncodeToString(salt), text.EncodeToString(sum))
}

// isPassword says whether hash is that of password. A text that is no hash is an
// error.
func isPassword(password, hash string) (bool, error) {
	parts := strings.Split(hash, "$")
	var version int
	var c Cost
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errNoHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errNoHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads); err != nil || c.Passes == 0 || c.Threads == 0 {
		return false, errNoHash
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, errNoHash
	}
	return subtle.ConstantTimeCompare([]byte(c.hash(password, salt)), []byte(hash)) == 1, nil
}

var errNoHash = &archwire.Error{Code: archwire.Internal, Message: "the hash of a password in the state is not one of argon2id"}
