// Package auth says who a caller is and what it may see. It makes Scopes, and
// nothing else does: whoever holds one may read what it opens.
package auth

import "slices"

// A Scope is what one caller may see: of each tenant, what the tenant's grants to
// the caller open. Only an Authorizer makes one that opens anything; the zero
// Scope sees nothing. It never changes, so it may be shared and kept for one
// request.
type Scope struct {
	client string
	key    string
	person Person // with the roles it has; zero if a program calls by itself
	reach  *reach

	viewing View // as whom an operator looks at things
}

// nothing is the reach of the zero Scope.
var nothing = &reach{}

func (s Scope) opens() *reach {
	if s.reach == nil {
		return nothing
	}
	return s.reach
}

// Client is the name of the program that calls, or that a partner's person calls
// for; "" of other persons.
func (s Scope) Client() string { return s.client }

// Key is the id of the key or the session it called with; it is not a secret.
func (s Scope) Key() string { return s.key }

// Audience names whom pseudonyms are made for: within one audience a value has
// one, and another one in every other audience. People who call for no client are
// each one of their own.
func (s Scope) Audience() string {
	if s.client == "" && s.person.ID != "" {
		return PersonAudience(s.person.ID)
	}
	return ClientAudience(s.client)
}

// ClientAudience is the audience that a client is.
func ClientAudience(client string) string { return "client:" + client }

// PersonAudience is the audience that a person is who calls for no client.
func PersonAudience(id string) string { return "person:" + id }

// All says whether something of every tenant may be seen, those of the future
// included.
func (s Scope) All() bool { return len(s.opens().every.terms) > 0 }

// Allows says whether something of the tenant may be seen.
func (s Scope) Allows(tenant string) bool { return len(s.opens().of(tenant).terms) > 0 }

// Tenants lists the tenants that something may be seen of, sorted; nil when All.
// The caller owns the list.
func (s Scope) Tenants() []string {
	if s.All() {
		return nil
	}
	return slices.Clone(s.opens().names)
}

// Opens says whether the tenant lets the caller see the resource, and how: in the
// widest profile among the grants that cover it, as far as that is within what is
// asked for.
func (s Scope) Opens(tenant string, what Resource) (Access, bool) {
	found, ok := s.opens().of(tenant).access(what)
	if ok && what.Within != "" {
		found.Profile = found.Profile.Common(what.Within)
	}
	return found, ok
}

// Grants lists the grants of the client that are in force or will be, by id; what a
// person's roles open is not among them. The caller owns the list, and changes
// nothing in its grants.
func (s Scope) Grants() []Grant {
	return slices.DeleteFunc(slices.Clone(s.opens().grants), func(g Grant) bool { return g.Client == "" })
}

// Digest tells scopes apart by what they open, and by which grants: equal digests
// see the same rows of the same tenants in the same profiles. It names no tenant.
func (s Scope) Digest() string { return s.opens().digest }
