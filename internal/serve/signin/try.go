package signin

import (
	"context"
	"net/netip"
	"strings"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

// A Try is somebody's try to sign in by a password.
type Try struct {
	Name, Password, Code string

	Device string     // what the browser keeps of people who have signed in by it; "" if nothing
	From   netip.Addr // where it comes from
}

// An Entry is what somebody is given who was let in.
type Entry struct {
	Secret  string // of the session
	Session auth.Session
	Device  string // what the browser keeps from now on, for DeviceLasts
}

// Password signs a person in who knows the password and, where one is needed, the
// code of now. A wrong name, password or code, a disabled person and one without a
// password are the same error, of code Denied, after the same time; too many tries
// are a *Slow. Too many wrong codes are as one more wrong code: whoever is told of
// them would know that the password is right.
func (d *Desk) Password(ctx context.Context, t Try) (Entry, error) {
	name := strings.ToLower(t.Name)
	device := d.devices.find(t.Device, name, d.Now())
	right, err := d.throttle.try(name, device, t.From)
	if err != nil {
		return Entry{}, err
	}
	c, err := d.known(ctx, name, t.Password, device != "")
	if err != nil {
		return Entry{}, err
	}
	if good, err := d.codeGood(ctx, c, t.Code, device); err != nil || !good {
		return Entry{}, orWrong(err)
	}
	secret, session, err := d.People.StartSession(ctx, c.Person)
	if archwire.CodeOf(err) == archwire.NotFound {
		err = errWrong() // disabled meanwhile
	}
	if err != nil {
		return Entry{}, err
	}
	right()
	return Entry{secret, session, d.devices.renew(t.Device, name, d.Now())}, nil
}

// known are the credentials of the person of that name whose password it is. Names
// that nobody has take as long.
func (d *Desk) known(ctx context.Context, name, password string, expected bool) (state.Credentials, error) {
	c, err := d.People.Credentials(ctx, name)
	if err != nil && archwire.CodeOf(err) != archwire.NotFound {
		return c, err
	}
	known := err == nil && c.Password != ""
	if !known {
		c.Password = d.dummy
	}
	good, err := d.check(ctx, password, c.Password, expected)
	if err == nil && (!known || !good) {
		err = errWrong()
	}
	return c, err
}

// check compares a password with a hash, a few at a time.
func (d *Desk) check(ctx context.Context, password, hash string, expected bool) (bool, error) {
	turns := d.hashing
	if expected {
		turns = d.expected
	}
	if err := takeTurn(ctx, turns); err != nil {
		return false, err
	}
	defer func() { <-turns }()
	if len(password) > maxPassword {
		password = "" // nobody's, and not worth hashing
	}
	return isPassword(password, hash)
}

func takeTurn(ctx context.Context, turns chan struct{}) error {
	select {
	case turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// codeGood says whether the code is that of now and was not used before, or none
// is needed. Codes are looked at in their own pace: whoever has guessed or stolen a
// password does not guess them at the pace of passwords.
func (d *Desk) codeGood(ctx context.Context, c state.Credentials, given, device string) (bool, error) {
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
	right, err := d.throttle.code(c.Person, device)
	if err != nil {
		return false, nil //nolint:nilerr // as a wrong code is answered
	}
	step, ok, err := stepOf(secret, strings.ReplaceAll(given, " ", ""), d.Now())
	if err != nil || !ok {
		return false, err
	}
	if ok, err = d.People.UseStep(ctx, c.Person, step); ok {
		right()
	}
	return ok, err
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
		Hint: "Look at each of them; a code is good once, for about a minute, and after several wrong ones none is taken for five minutes. " +
			"Whoever invited you can send another invitation.",
	}
}
