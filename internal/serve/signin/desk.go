package signin

import (
	"context"
	"net/netip"
	"time"

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
	devices   *devices
	hashing   chan struct{} // one for each password of a stranger that is being hashed
	expected  chan struct{} // and of a device that is known: strangers do not hold it up
	dummy     string        // the hash of a password that nobody has
	providers *providers
}

// How many passwords are hashed at once, which bounds the memory that takes.
const (
	mostHashing  = 3
	mostExpected = 1
)

// New returns a Desk.
func New(cfg Config) (*Desk, error) {
	if cfg.Cost == (Cost{}) {
		cfg.Cost = DefaultCost()
	}
	codes, err := NewCodeSealer(cfg.Secret)
	if err != nil {
		return nil, err
	}
	devices, err := newDevices(cfg.Secret)
	if err != nil {
		return nil, err
	}
	d := &Desk{
		Config: cfg, codes: codes, devices: devices, throttle: newThrottle(cfg.Now),
		hashing: make(chan struct{}, mostHashing), expected: make(chan struct{}, mostExpected),
		dummy: cfg.Cost.written(draw(saltBytes), draw(hashBytes)), // drawn: making one takes longer than all else of a start
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

// Accept gives whoever has the invitation a password and, if asked for, a secret of
// codes, which it returns as an authenticator app takes it.
func (d *Desk) Accept(ctx context.Context, invitation, password string, codes bool, from netip.Addr) (uri string, err error) {
	id, ok := auth.InvitationID(invitation)
	if !ok {
		return "", state.ErrNoInvitation()
	}
	if _, err := d.throttle.try("invitation "+id, "", from); err != nil {
		return "", err
	}
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	if err := takeTurn(ctx, d.hashing); err != nil {
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
