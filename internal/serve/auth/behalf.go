package auth

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"archwire"
)

// OnBehalf returns Sessions of which one is good: a session of a person that is kept
// nowhere but here, for a program that acts for that person and lasts as long as it does.
// It has the person's roles in one tenant alone, or where there are none those of an
// operator, and no wider profile than widest; "" is whatever the roles open. A person who
// is neither is an error of code Denied, and so is one who is disabled.
func OnBehalf(p Person, tenant string, widest archwire.Profile, now time.Time) (_ Sessions, secret string, err error) {
	b := &behalf{}
	b.roles = rolesIn(p.Roles, func(m Membership) bool { return m.Role.OfPractice() && m.Tenant == tenant }, widest)
	if len(b.roles) == 0 {
		b.roles = rolesIn(p.Roles, func(m Membership) bool { return m.Role == Operator }, widest)
	}
	if len(b.roles) == 0 || !p.DisabledAt.IsZero() || tenant == "" {
		return nil, "", &archwire.Error{
			Code: archwire.Denied, Message: p.Name + " has no role there",
			Hint: "Give them one, or ask on behalf of somebody who has one.",
		}
	}
	id, secret, err := MintSession(rand.Reader)
	if err != nil {
		return nil, "", err
	}
	b.session = Session{ID: id, Person: p.ID, Name: p.Name, Hash: Hash(secret), CreatedAt: now, UsedAt: now}
	return b, secret, nil
}

// rolesIn are those roles that are wanted, which have not ended, narrowed.
func rolesIn(all []Membership, want func(Membership) bool, widest archwire.Profile) (out []Membership) {
	for _, m := range all {
		g, ok := m.grant()
		if !ok || !want(m) || !m.EndedAt.IsZero() {
			continue
		}
		if m.Profile = g.Profile; widest != "" && rank(m.Profile) > rank(widest) {
			m.Profile = widest
		}
		out = append(out, m)
	}
	return out
}

// behalf implements Sessions.
type behalf struct {
	session Session
	roles   []Membership
}

func (b *behalf) Session(_ context.Context, id string) (Session, error) {
	if id != b.session.ID {
		return Session{}, &archwire.Error{Code: archwire.NotFound, Message: "there is no such session"}
	}
	return b.session, nil
}

func (b *behalf) Roles(_ context.Context, person string) ([]Membership, error) {
	if person != b.session.Person {
		return nil, nil
	}
	return slices.Clone(b.roles), nil
}

// GrantsOf is nothing: a report is made for people of a practice, not for clients.
func (b *behalf) GrantsOf(context.Context, string) ([]Grant, error) { return nil, nil }

// Touch remembers nothing.
func (b *behalf) Touch(context.Context, string, time.Time) error { return nil }
