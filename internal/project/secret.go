package project

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)
	// A password in which something is left besides references, each of which
	// has become a zero byte.
	literalInURL = regexp.MustCompile(`://[^/?#@]*:\x00*[^@/?#\x00][^@/?#]*@`)
	literalInDSN = regexp.MustCompile(`(?i)password\s*=\s*'?\x00*[^\s&\x00']`)
)

// location is where something is reached: a scheme and a rest, in which
// ${NAME} refers to the environment. Its text is never repeated in a complaint,
// because it may hold a secret.
type location struct {
	into    *string
	what    string   // "store"
	schemes []string // those that exist; none admits every text
}

func (v location) words() string {
	if len(v.schemes) == 0 {
		return "where it is reached; ${NAME} stands for a variable of the environment"
	}
	return or(prefixed(v.schemes)) + "; ${NAME} stands for a variable of the environment"
}

func prefixed(schemes []string) []string {
	out := make([]string, len(schemes))
	for i, s := range schemes {
		out[i] = s + ":PATH"
		switch s {
		case "postgres":
			out[i] = "postgres://USER@HOST/DATABASE"
		case "redshift":
			out[i] = "redshift://USER@HOST:5439/DATABASE"
		case "https":
			out[i] = "https://HOST/PATH"
		case "s3":
			out[i] = "s3://BUCKET/PREFIX"
		}
	}
	return out
}

func (v location) decode(d *decoder, n *yaml.Node, path string) {
	s, ok := d.text(n, path)
	if !ok {
		return
	}
	rest := reference.ReplaceAllString(s, "\x00")
	scheme, _, _ := strings.Cut(s, ":")
	switch {
	case strings.Contains(rest, "${"):
		d.complain(n, path, "has a ${ without a variable's name and }; write ${NAME}")
	case literalInURL.MatchString(rest) || literalInDSN.MatchString(rest):
		d.complain(n, path, "holds a password; secrets come from the environment: write ${NAME} in its place")
	case len(v.schemes) > 0 && !strings.HasPrefix(s, "${") && !slices.Contains(v.schemes, scheme):
		d.complain(n, path, "is not a %s; write %s", v.what, or(prefixed(v.schemes)))
	default:
		*v.into = s
	}
}

// ResolveDSN is the source's DSN with its references to the environment filled
// in. A variable that is not set is a Complaint.
func (p *Project) ResolveDSN(s Source) (string, error) {
	return p.resolve(Item{KindSource, s.Name}, "dsn", s.DSN)
}

// ResolveState is State filled in; a relative path is made absolute to Dir.
func (p *Project) ResolveState() (string, error) {
	return p.resolvePath("state", p.State)
}

// ResolveStore is Store filled in; a relative path is made absolute to Dir.
func (p *Project) ResolveStore() (string, error) {
	return p.resolvePath("store", p.Store)
}

func (p *Project) resolvePath(field, raw string) (string, error) {
	s, err := p.resolve(Item{Kind: KindProject}, field, raw)
	if err != nil {
		return "", err
	}
	if scheme, path, ok := strings.Cut(s, ":"); ok && (scheme == "file" || scheme == "sqlite") {
		return scheme + ":" + p.Path(path), nil
	}
	return s, nil
}

func (p *Project) resolve(item Item, field, raw string) (string, error) {
	var complaints Complaints
	s := reference.ReplaceAllStringFunc(raw, func(ref string) string {
		variable := ref[2 : len(ref)-1]
		if p.env != nil {
			if v, ok := p.env(variable); ok && v != "" {
				return v
			}
		}
		complaints = append(complaints, p.Complaint(item, field, "the environment variable %s is not set; set it", variable))
		return ""
	})
	return s, complaints.Err()
}
