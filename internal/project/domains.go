package project

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// anyDomain stands for all domains.
const anyDomain = "*"

// domainForm is a domain of the DNS in lower case, of at least two labels.
var domainForm = regexp.MustCompile(`^` + domainPattern + `$`)

const domainPattern = `([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`

const maxDomain = 253 // RFC 1035, section 2.3.4, without the root's length octets

// domains is a list of domains, or of anyDomain alone.
type domains struct{ into *[]string }

func (v domains) words() string { return `a list of domains, such as [example.com], or ["*"]` }

func (v domains) schema() schema {
	return schema{"type": "array", "minItems": 1, "items": schema{"type": "string", "pattern": `^(\*|` + domainPattern + `)$`}, "uniqueItems": true}
}

func (v domains) decode(d *decoder, n *yaml.Node, path string) {
	var texts []string
	list{&texts, "domain"}.decode(d, n, path)
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		d.complain(n, path, "is empty; name the domains, or leave it out")
	}
	for i, s := range texts {
		switch {
		case s == anyDomain && len(texts) > 1:
			d.complain(n, path, `"*" is all domains; write it alone, or leave it out`)
		case s == anyDomain:
		case len(s) > maxDomain || !domainForm.MatchString(s):
			d.complain(n, element(path, i), "%q is not a domain; write it in lower-case ASCII letters, as example.com", s)
		}
	}
	*v.into = texts
}

// issuerDomains complains about issuers that vouch for anybody, beside others: one
// that is trusted for the people of one practice would sign in those of all.
func (l *loader) issuerDomains() {
	issuers := l.project.SignIn.Issuers
	if len(issuers) < 2 {
		return
	}
	for _, i := range issuers {
		if len(i.Domains) > 0 {
			continue
		}
		at := "sign_in.oidc." + i.Name
		if slices.ContainsFunc(l.complaints, func(c Complaint) bool { return strings.HasPrefix(c.Field, at+".domains") }) {
			continue // they are there, and nobody can read them
		}
		l.complaints = append(l.complaints, l.project.Complaint(Item{Kind: KindProject}, at,
			`vouches for any e-mail address beside other issuers; add domains: [example.com] with those that are its own, or ["*"] if it is trusted for all`))
	}
}
