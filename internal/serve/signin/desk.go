package signin

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

// People is where it is written down who people are: the state store is behind
// it.
type People interface {
	Credentials(ctx context.Context, name string) (state.Credentials, error)
	UseStep(ctx context.Context, person string, step int64) (bool, error)
	Accept(ctx context.Context, invitation, hash string, sealed []byte) (name string, err error)
	Vouched(ctx context.Context, issuer, subject, email string) (person string, err error)
	StartSession(ctx context.Context, person string) (secret string, session auth.Session, err error)
	EndSession(ctx context.Context, id string) error
}

// Config is what a Desk is made of. People, Secret and Now must be set.
type Config struct {
	People  People
	Secret  []byte // encrypts the secrets of codes, and what a browser carries to an issuer and back
	Project string // names the project to authenticator apps
	Issuers map[string]Issuer
	Cost    Cost // of hashing; zero is DefaultCost
	Now     func() time.Time
}

// A Desk is where people show who they are. It is safe for use by several
// goroutines.
type Desk struct {
	Config

	codes     *Sealer
	throttle  *throttle
	hashing   chan struct{} // one for each password that is being hashed
	dummy     string        // the hash of a password that nobody has
	providers *providers
}

// mostHashing bounds the memory that hashing takes.
const mostHashing = 4

// New returns a Desk.
func New(cfg Config) (*Desk, error) {
	if cfg.Cost == (Cost{}) {
		cfg.Cost = DefaultCost()
	}
	codes, err := NewCodeSealer(cfg.Secret)
	if err != nil {
		return nil, err
	}
	d := &Desk{
		Config: cfg, codes: codes, hashing: make(chan struct{}, mostHashing),
		throttle: &throttle{now: cfg.Now, kept: map[[sha256.Size]byte]*rate.Limiter{}},
		dummy:    cfg.Cost.HashPassword(string(draw(saltBytes))),
	}
	d.providers, err = newProviders(cfg)
	return d, err
}

// NewCodeSealer returns what the secrets of codes are encrypted with.
func NewCodeSealer(secret []byte) (*Sealer, error) { return NewSealer(secret, "secrets of codes") }

// NewCode draws a secret of codes: as it is stored, and as an authenticator app
// takes it.
func NewCode(codes *Sealer, project, name string) (sealed []byte, uri string) {
	secret := newCodeSecret()
	return codes.Seal(secret, codesOf), codeURI(secret, project, name)
}

// codesOf is what secrets of codes are sealed about. The row that holds one names
// the person.
const codesOf = "codes"

// Password signs a person in who knows the password and, where one is needed, the
// code of now. A wrong name, password or code, a disabled person and one without a
// password are the same error, of code Denied, after the same time; too many tries
// are a *Slow.
func (d *Desk) Password(ctx context.Context, name, password, code string, from netip.Addr) (secret string, session auth.Session, err error) {
	name = strings.ToLower(name)
	if err := d.throttle.try(name, from); err != nil {
		return "", auth.Session{}, err
	}
	c, err := d.People.Credentials(ctx, name)
	if err != nil && archwire.CodeOf(err) != archwire.NotFound {
		return "", auth.Session{}, err
	}
	known := err == nil && c.Password != ""
	if !known {
		c.Password = d.dummy
	}
	good, err := d.check(ctx, password, c.Password)
	switch {
	case err != nil:
		return "", auth.Session{}, err
	case !known || !good:
		return "", auth.Session{}, errWrong()
	}
	if good, err = d.codeGood(ctx, c, code); err != nil || !good {
		return "", auth.Session{}, orWrong(err)
	}
	secret, session, err = d.People.StartSession(ctx, c.Person)
	if archwire.CodeOf(err) == archwire.NotFound {
		err = errWrong() // disabled meanwhile
	}
	return secret, session, err
}

// check compares a password with a hash, a few at a time.
func (d *Desk) check(ctx context.Context, password, hash string) (bool, error) {
	if err := d.takeTurn(ctx); err != nil {
		return false, err
	}
	defer func() { <-d.hashing }()
	if len(password) > maxPassword {
		password = "" // nobody's, and not worth hashing
	}
	return isPassword(password, hash)
}

func (d *Desk) takeTurn(ctx context.Context) error {
	select {
	case d.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// codeGood says whether the code is that of now and was not used before, or none
// is needed.
func (d *Desk) codeGood(ctx context.Context, c state.Credentials, given string) (bool, error) {
	if c.TOTP == nil {
		return true, nil
	}
	secret, err := d.codes.Open(c.TOTP, codesOf)
	if err != nil {
		return false, &archwire.Error{
			Code: archwire.Unavailable, Message: "The code cannot be checked: the secret of codes is encrypted with another one.",
			Hint: "Have the operator look at sign_in.secret.", Err: err,
		}
	}
	step, ok, err := stepOf(secret, strings.ReplaceAll(given, " ", ""), d.Now())
	if err != nil || !ok {
		return false, err
	}
	return d.People.UseStep(ctx, c.Person, step)
}

// Accept gives whoever has the invitation a password and, if asked for, a secret of
// codes, which it returns as an authenticator app takes it.
func (d *Desk) Accept(ctx context.Context, invitation, password string, codes bool, from netip.Addr) (uri string, err error) {
	id, ok := auth.InvitationID(invitation)
	if !ok {
		return "", state.ErrNoInvitation()
	}
	if err := d.throttle.try("invitation "+id, from); err != nil {
		return "", err
	}
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	if err := d.takeTurn(ctx); err != nil {
		return "", err
	}
	hash := d.Cost.HashPassword(password)
	<-d.hashing
	var secret, sealed []byte
	if codes {
		secret = newCodeSecret()
		sealed = d.codes.Seal(secret, codesOf)
	}
	name, err := d.People.Accept(ctx, invitation, hash, sealed)
	if err != nil || !codes {
		return "", err
	}
	return codeURI(secret, d.Project, name), nil
}

// SignOut ends a session.
func (d *Desk) SignOut(ctx context.Context, session string) error {
	return d.People.EndSession(ctx, session)
}

func orWrong(err error) error {
	if err != nil {
		return err
	}
	return errWrong()
}

func errWrong() error {
	return &archwire.Error{
		Code: archwire.Denied, Message: "The name, the password or the code is wrong.",
		Hint: "Look at each of them; a code is good once, for about a minute. Whoever invited you can send another invitation.",
	}
}
