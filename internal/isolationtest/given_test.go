package isolationtest

import (
	"net/http"
	"regexp"
	"strings"
)

// A given is what callers got of an answer that can be shown later.
type given struct {
	tags    map[string]map[string]string // ETags by path and whose they are
	cursors map[string]map[string]string // page.next by path and whose they are
	tried   map[[4]string]bool
}

func newGiven() given {
	return given{tags: map[string]map[string]string{}, cursors: map[string]map[string]string{}, tried: map[[4]string]bool{}}
}

var nextForm = regexp.MustCompile(`"next":"([^"]+)"`)

func (g given) remember(c caller, a ask, r reply) {
	keep := func(m map[string]map[string]string, value string) {
		if m[a.path] == nil {
			m[a.path] = map[string]string{}
		}
		m[a.path][c.whose()] = value
	}
	if tag := r.header.Get("ETag"); tag != "" && r.status == http.StatusOK {
		keep(g.tags, tag)
	}
	if next := nextForm.FindStringSubmatch(r.text); next != nil && !strings.Contains(a.path, "cursor=") {
		keep(g.cursors, next[1])
	}
}

// An other is what somebody was given with the answer to an ask.
type other struct{ owner, tag, cursor string }

// others are what there is to be shown with an ask by a caller: the tags of others, and
// cursors, the caller's own among them. Each is shown once for a pair of callers and
// an ask of one shape: which values are asked for is no part of how it is told whose
// a tag is.
func (s *sweep) others(c caller, a ask) (out []other) {
	s.mu.Lock()
	defer s.mu.Unlock()
	once := func(kind, owner string) bool {
		key := [4]string{kind, a.shape, owner, c.whose()}
		before := s.given.tried[key]
		s.given.tried[key] = true
		return !before
	}
	own := s.given.tags[a.path][c.whose()]
	for owner, tag := range s.given.tags[a.path] {
		if owner != c.whose() && tag != own && once("tag", owner) { // equal bytes that both may have are no secret
			out = append(out, other{owner: owner, tag: tag})
		}
	}
	for owner, cursor := range s.given.cursors[a.path] {
		if once("cursor", owner) {
			out = append(out, other{owner: owner, cursor: cursor})
		}
	}
	return out
}
