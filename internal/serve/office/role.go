package office

import (
	"archwire"
	"archwire/internal/serve/auth"
)

// RoleDoc is a role of a person.
type RoleDoc struct {
	Membership string           `json:"membership" doc:"Names the role as the person has it; the ledger names it where a grant would stand."`
	Role       auth.Role        `json:"role" enum:"operator,practice_admin,practice_user,partner"`
	Tenant     string           `json:"tenant,omitempty" doc:"Whose role it is, of a role in a practice."`
	Client     string           `json:"client,omitempty" doc:"For whom a partner calls."`
	Profile    archwire.Profile `json:"profile,omitempty" doc:"What it opens, if not what the role does by itself." enum:"aggregate,pseudonymous,identified"`
}

// RoleDocs are the roles as they are told.
func RoleDocs(roles []auth.Membership) []RoleDoc {
	out := []RoleDoc{}
	for _, m := range roles {
		out = append(out, RoleDoc{m.ID, m.Role, m.Tenant, m.Client, m.Profile})
	}
	return out
}
