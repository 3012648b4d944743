package auth

import (
	"io"
	"time"
)

// A Session is what is known of a person's signing in. Its secret is known to the
// person's browser or program only.
type Session struct {
	ID        string
	Person    string // its id
	Name      string // its name
	Hash      []byte // as Hash makes it
	CreatedAt time.Time
	UsedAt    time.Time // when it was last used, within a minute
	EndedAt   time.Time // zero while it was not ended; a disabled person's are ended

	// Standing names the roles of the person, and the grants of the client that a
	// partner calls for, as they are: another name says that they have become others.
	Standing string
}

// How long sessions last.
const (
	Idle     = 30 * time.Minute // without a request
	Absolute = 12 * time.Hour   // whatever happens
)

// good says whether the session may be used at that time.
func (s Session) good(now time.Time) bool {
	return s.EndedAt.IsZero() && now.Before(s.Ends()) && now.Before(s.UsedAt.Add(Idle))
}

// Ends is when the session ends whatever happens.
func (s Session) Ends() time.Time { return s.CreatedAt.Add(Absolute) }

const sessionPrefix = "aws_"

// MintSession makes a new session's secret in the form of a key,
// aws_<id>_<secret>.
func MintSession(random io.Reader) (id, secret string, err error) { return mint(random, sessionPrefix) }

// IsSession says whether text has the form of a session's secret.
func IsSession(text string) bool {
	_, ok := idOf(text, sessionPrefix)
	return ok
}

const invitationPrefix = "awi_"

// MintInvitation makes an invitation in the form of a key, awi_<id>_<secret>.
// Whoever has it may choose the password of the person that it is for, once.
func MintInvitation(random io.Reader) (id, invitation string, err error) {
	return mint(random, invitationPrefix)
}

// InvitationID reads the id off an invitation, and says whether the text has an
// invitation's form.
func InvitationID(invitation string) (string, bool) { return idOf(invitation, invitationPrefix) }
