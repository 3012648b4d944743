package project

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"archwire"
)

// A Hook is a URL that is told of events. Its secrets are not in it: URL and
// Secret keep their references to the environment.
type Hook struct {
	URL    string // as written: ${HOOK_URL}
	Secret string // signs what is sent; as written
	On     []archwire.Event
}

// ID names the hook where its URL must not be repeated. It is of what is written
// in the project, so it stays the same when the environment changes.
func (h Hook) ID() string {
	sum := sha256.Sum256([]byte(h.URL + "\n" + h.Secret))
	return hex.EncodeToString(sum[:6])
}

// freshnessSpec describes what the project promises about the age of its data.
func freshnessSpec(within *time.Duration) spec {
	return spec{Name: "freshness", Doc: "How old the data in service may become, before it is late.", Fields: []field{
		{"within", "The longest time since the instant as of which a table was read.", true, "", duration{within}},
	}}
}

func hookSpec(h *Hook) spec {
	return spec{Name: "webhook", Doc: "A URL that is told of events; docs/reference/notifications.md says how.", Fields: []field{
		{"url", "Where the notification is sent, over https.", true, "", location{&h.URL, "webhook's URL", []string{"https"}}},
		{"secret", "The key that signs it, as ${NAME} from the environment.", true, "", secret{&h.Secret}},
		{"on", "The events to tell of.", false, "all of them", words[archwire.Event]{&h.On, "event", archwire.Events()}},
	}}
}

// A ResolvedHook is a hook with its references to the environment filled in.
type ResolvedHook struct {
	Hook
	Endpoint *url.URL
	Key      []byte
}

// ResolveHooks fills in the hooks. A variable that is not set, and a URL to which
// nothing can be sent safely, are Complaints; they do not repeat the URL.
func (p *Project) ResolveHooks() ([]ResolvedHook, error) {
	var complaints Complaints
	out := make([]ResolvedHook, 0, len(p.Hooks))
	for i, h := range p.Hooks {
		at := element("notify", i)
		raw, errURL := p.resolve(Item{Kind: KindProject}, join(at, "url"), h.URL)
		key, errKey := p.resolve(Item{Kind: KindProject}, join(at, "secret"), h.Secret)
		for _, err := range []error{errURL, errKey} {
			if c, ok := err.(Complaints); ok { //nolint:errorlint // resolve returns nothing else
				complaints = append(complaints, c...)
			}
		}
		if errURL != nil || errKey != nil {
			continue
		}
		endpoint, err := url.Parse(raw)
		if err != nil || endpoint.Host == "" || !sendable(endpoint) {
			complaints = append(complaints, p.Complaint(Item{Kind: KindProject}, join(at, "url"),
				"is not a URL that begins with https://; http:// is for this machine only"))
			continue
		}
		if len(key) < 16 {
			complaints = append(complaints, p.Complaint(Item{Kind: KindProject}, join(at, "secret"),
				"is shorter than 16 characters; make one with: openssl rand -hex 32"))
			continue
		}
		out = append(out, ResolvedHook{Hook: h, Endpoint: endpoint, Key: []byte(key)})
	}
	return out, complaints.Err()
}

// sendable says whether nobody on the way can read what is sent to u.
func sendable(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// secret is text of the environment: what is not a reference would be a secret
// in a file.
type secret struct{ into *string }

func (v secret) words() string { return "${NAME}, a variable of the environment" }

func (v secret) schema() schema {
	return schema{"type": "string", "pattern": `^\$\{[A-Za-z_][A-Za-z0-9_]*\}$`}
}

func (v secret) decode(d *decoder, n *yaml.Node, path string) {
	s, ok := d.text(n, path)
	if !ok {
		return
	}
	if reference.FindString(s) != s {
		d.complain(n, path, "is not ${NAME}; secrets come from the environment")
		return
	}
	*v.into = s
}

// words is a list of some of a few words, each once.
type words[T ~string] struct {
	into *[]T
	what string // what a word is: "event"
	of   []T
}

func (v words[T]) texts() []string { return choice[T]{of: v.of}.texts() }

func (v words[T]) words() string { return "a list of " + and(v.texts()) }

func (v words[T]) schema() schema {
	return schema{"type": "array", "items": schema{"enum": v.texts()}, "uniqueItems": true, "minItems": 1}
}

func (v words[T]) decode(d *decoder, n *yaml.Node, path string) {
	var texts []string
	list{&texts, v.what}.decode(d, n, path)
	out := make([]T, 0, len(texts))
	for i, s := range texts {
		if !slices.Contains(v.of, T(s)) {
			d.complain(n, element(path, i), "%q is not %s; use %s", s, article(v.what), strings.Join(v.texts(), ", "))
			continue
		}
		out = append(out, T(s))
	}
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		d.complain(n, path, "is empty; name at least one %s, or leave it out", v.what)
	}
	*v.into = out
}

// mappings is a list of mappings with the fields of a spec.
type mappings[T any] struct {
	into *[]T
	what string // what an element is: "webhook"
	each func(into *T) spec
}

func (v mappings[T]) words() string { return "a list of mappings: " + v.what }

func (v mappings[T]) inner() []spec { return []spec{v.each(new(T))} }

func (v mappings[T]) schema() schema {
	return schema{"type": "array", "items": object{v.each(new(T))}.schema()}
}

func (v mappings[T]) decode(d *decoder, n *yaml.Node, path string) {
	if n.Kind != yaml.SequenceNode {
		d.complain(n, path, "is %s, not a list; begin each %s with a dash", describe(n), v.what)
		return
	}
	for i, e := range n.Content {
		at := element(path, i)
		d.lines[at] = e.Line
		t := new(T)
		object{v.each(t)}.decode(d, e, at)
		*v.into = append(*v.into, *t)
	}
}
