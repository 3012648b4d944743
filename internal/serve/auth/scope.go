// Package auth says who a caller is and what it may see. It makes Scopes, and
// nothing else does: whoever holds one may read what it opens.
package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"archwire"
)

// A Scope is what one caller may see: whose slices, and which privacy classes of
// them. Only an Authorizer makes one that opens anything; the zero Scope sees
// nothing. It never changes, so it may be shared and kept for one request.
type Scope struct {
	client  string
	key     string
	all     bool
	tenants []string // sorted, each once; nil when all
	profile archwire.Profile
	digest  string
}

func newScope(k Key) Scope {
	s := Scope{client: k.Client, key: k.ID, all: k.All, profile: k.Profile}
	if !k.All {
		s.tenants = slices.Compact(slices.Sorted(slices.Values(k.Tenants)))
	}
	s.digest = digest(s)
	return s
}

// digest hashes each part with its length, so that no two scopes that open
// different things write the same bytes.
func digest(s Scope) string {
	h := sha256.New()
	part := func(text string) {
		h.Write([]byte(strconv.Itoa(len(text))))
		h.Write([]byte{':'})
		h.Write([]byte(text))
	}
	part(string(s.profile))
	part(strconv.FormatBool(s.all))
	for _, t := range s.tenants {
		part(t)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Client is the name of the program that calls.
func (s Scope) Client() string { return s.client }

// Key is the id of the key it called with; it is not a secret.
func (s Scope) Key() string { return s.key }

// All says whether every tenant may be seen, those of the future included.
func (s Scope) All() bool { return s.all }

// Profile is which privacy classes may be seen.
func (s Scope) Profile() archwire.Profile { return s.profile }

// Allows says whether the tenant may be seen.
func (s Scope) Allows(tenant string) bool {
	if s.all {
		return true
	}
	_, found := slices.BinarySearch(s.tenants, tenant)
	return found
}

// Tenants lists the tenants that may be seen, sorted; nil when All. The caller
// owns the list.
func (s Scope) Tenants() []string { return slices.Clone(s.tenants) }

// Digest tells scopes apart by what they open: equal digests see the same
// rows, whoever calls. It names no tenant.
func (s Scope) Digest() string { return s.digest }
