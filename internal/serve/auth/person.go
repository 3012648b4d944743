package auth

import (
	"slices"
	"time"

	"archwire"
)

// A Person is somebody who may sign in.
type Person struct {
	ID         string       `json:"person"`
	Name       string       `json:"name"` // an e-mail address, in lower case
	InvitedBy  string       `json:"invited_by"`
	CreatedAt  time.Time    `json:"created_at"`
	DisabledAt time.Time    `json:"disabled_at,omitzero"` // zero while the person may sign in
	Roles      []Membership `json:"roles"`                // those the person has
	Password   bool         `json:"password"`             // has one
	TOTP       bool         `json:"totp"`                 // must show a code too
	Issuers    []string     `json:"issuers"`              // who vouches for the person
}

// A Role is what a person is to the vendor, a practice or a client.
type Role string

// The roles. Practices are tenants, whatever the project calls them.
const (
	Operator      Role = "operator"       // runs the product for its vendor
	PracticeAdmin Role = "practice_admin" // says who sees what of a practice
	PracticeUser  Role = "practice_user"  // sees a practice
	Partner       Role = "partner"        // sees what a client sees
)

// Roles lists the roles.
func Roles() []Role { return []Role{Operator, PracticeAdmin, PracticeUser, Partner} }

// OfPractice says whether the role is one in a practice.
func (r Role) OfPractice() bool { return r == PracticeAdmin || r == PracticeUser }

// Opens is the widest profile that a role opens by itself; none for a partner,
// who sees what the client is granted.
func (r Role) Opens() archwire.Profile {
	switch r {
	case Operator:
		return archwire.Aggregate
	case PracticeAdmin, PracticeUser:
		return archwire.Identified
	case Partner:
	}
	return ""
}

// A Membership is a role that a person has, or had. It never changes, but for its
// end.
type Membership struct {
	ID        string           `json:"membership"`
	Person    string           `json:"-"`
	Role      Role             `json:"role"`
	Tenant    string           `json:"tenant,omitzero"`  // of a role in a practice
	Client    string           `json:"client,omitzero"`  // of a partner
	Profile   archwire.Profile `json:"profile,omitzero"` // "" is what the role opens
	CreatedBy string           `json:"created_by"`
	CreatedAt time.Time        `json:"created_at"`
	EndedAt   time.Time        `json:"ended_at,omitzero"` // zero while the person has the role
}

// grant is what a role opens, as if its tenant had granted it to the person; not
// ok of a partner.
func (m Membership) grant() (Grant, bool) {
	g := Grant{ID: m.ID, Tenant: m.Tenant, Profile: m.Profile, CreatedAt: m.CreatedAt, From: m.CreatedAt, RevokedAt: m.EndedAt}
	if g.Profile == "" {
		g.Profile = m.Role.Opens()
	}
	if m.Role == Operator {
		g.Tenant = Everyone
	}
	return g, m.Role == Operator || m.Role.OfPractice() && m.Tenant != "" && m.Tenant != Everyone
}

// clientOf is the client that a person calls for; "" if the person is no partner.
func clientOf(roles []Membership) string {
	i := slices.IndexFunc(roles, func(m Membership) bool { return m.Role == Partner })
	if i < 0 {
		return ""
	}
	return roles[i].Client
}
