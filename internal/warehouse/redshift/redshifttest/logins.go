package redshifttest

import (
	"crypto/md5"
	"encoding/hex"
	"sync"
)

// logins are the users who are let in, with their passwords.
type logins struct {
	mu    sync.Mutex
	users map[string]string
}

// Allow lets a user in with a password from now on, as a new password or temporary
// credentials do.
func (s *Server) Allow(user, password string) {
	s.logins.mu.Lock()
	defer s.logins.mu.Unlock()
	if s.logins.users == nil {
		s.logins.users = map[string]string{}
	}
	s.logins.users[user] = password
}

// Expire lets a user in no more. Sessions that are open go on, as they do when
// temporary credentials run out (Management Guide, Generating temporary database
// credentials: the password is looked at when one logs on).
func (s *Server) Expire(user string) {
	s.logins.mu.Lock()
	defer s.logins.mu.Unlock()
	delete(s.logins.users, user)
}

// knows says whether answer is a user's password, digested with salt.
func (s *Server) knows(user, answer string, salt [4]byte) bool {
	s.logins.mu.Lock()
	defer s.logins.mu.Unlock()
	password, ok := s.logins.users[user]
	return ok && answer == "md5"+digest(digest(password+user)+string(salt[:]))
}

func digest(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}
