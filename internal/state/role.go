package state

import (
	"cmp"
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/serve/auth"
)

// NewRole is a role that is to be given.
type NewRole struct {
	Role    auth.Role
	Tenant  string
	Client  string
	Profile archwire.Profile // "" is what the role opens
	By      string
}

// Opens is the profile that the role opens; none for a partner.
func (r NewRole) Opens() archwire.Profile { return cmp.Or(r.Profile, r.Role.Opens()) }

// check says whether there can be such a role.
func (r NewRole) check() error {
	switch {
	case !slices.Contains(auth.Roles(), r.Role):
		return wrong(fmt.Sprintf("there is no role %q", string(r.Role)), "The roles are operator, practice_admin, practice_user and partner.")
	case r.Role.OfPractice() != (r.Tenant != ""), r.Tenant == auth.Everyone:
		return wrong("a role in a practice needs the practice, and no other role has one", "Name the practice with practice_admin and practice_user.")
	case (r.Role == auth.Partner) != (r.Client != ""):
		return wrong("a partner needs a client, and no other role has one", "Name the client that the partner's person calls for.")
	case r.Profile != "" && (r.Role == auth.Partner || !slices.Contains(archwire.Profiles(), r.Profile)):
		return wrong("the profile of a role is not one", "The profiles are aggregate, pseudonymous and identified; what a partner sees is said by the client's grants.")
	}
	return nil
}

// checkRoles says whether a person may have all these roles together: a partner
// has no other, so that it is clear for whom the person calls.
func checkRoles(roles []NewRole, have []auth.Membership) error {
	partners, all := 0, len(roles)+len(have)
	for _, m := range have {
		if m.Role == auth.Partner {
			partners++
		}
	}
	for _, r := range roles {
		if err := r.check(); err != nil {
			return err
		}
		if r.Role == auth.Partner {
			partners++
		}
	}
	if partners > 0 && all > 1 {
		return wrong("a partner has no other role", "Add the person a second time, under another e-mail address, or take the other role away.")
	}
	return nil
}
