package auth

import (
	"slices"

	"archwire"
)

// Person is who calls: the zero Person if it is a program by itself.
func (s Scope) Person() Person {
	p := s.person
	p.Roles = slices.Clone(p.Roles)
	return p
}

// Operates says whether the caller runs the product: it may do what any practice's
// admin may, and what is about all of them.
func (s Scope) Operates() bool {
	return slices.ContainsFunc(s.person.Roles, func(m Membership) bool { return m.Role == Operator })
}

// Administers says whether the caller says who sees what of the tenant.
func (s Scope) Administers(tenant string) bool {
	if tenant == "" {
		return false
	}
	return s.Operates() || slices.Contains(s.Administered(), tenant)
}

// Administered lists the practices whose admin the caller is, sorted; an operator,
// who administers all, need not be in any.
func (s Scope) Administered() (tenants []string) {
	for _, m := range s.person.Roles {
		if m.Role == PracticeAdmin {
			tenants = append(tenants, m.Tenant)
		}
	}
	slices.Sort(tenants)
	return slices.Compact(tenants)
}

// MayHandOn says whether the caller may let others see what is opened in that
// profile of the tenant: an operator any, a practice's admin no wider one than
// their own.
func (s Scope) MayHandOn(tenant string, p archwire.Profile) bool {
	if s.Operates() {
		return true
	}
	return slices.ContainsFunc(s.person.Roles, func(m Membership) bool {
		g, ok := m.grant()
		return ok && m.Role == PracticeAdmin && m.Tenant == tenant && rank(p) <= rank(g.Profile)
	})
}
