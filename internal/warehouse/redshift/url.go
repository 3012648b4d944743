package redshift

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"archwire"
)

// The ways to log in.
const (
	byPassword = "password" // that of the URL
	byIAM      = "iam"      // temporary credentials for the caller's identity in AWS
	bySecret   = "secret"   // user and password that Secrets Manager keeps
)

// A place is what a URL says of a warehouse:
//
//	redshift://USER:PASSWORD@HOST:5439/DATABASE
//	redshift://HOST:5439/DATABASE?auth=iam&cluster=NAME
//	redshift://HOST:5439/DATABASE?auth=iam&workgroup=NAME
//	redshift://HOST:5439/DATABASE?auth=secret&secret=ARN
//
// and region, sslmode and sslrootcert for each of them.
type place struct {
	host, port, database string
	user, password       string // of byPassword
	auth                 string
	cluster, workgroup   string // of byIAM, one of the two
	secret               string // of bySecret: an ARN or a name
	region               string // of AWS; "" leaves it to AWS's usual places
	sslmode, sslrootcert string
}

// usualPort is the port of a cluster that was given no other.
const usualPort = "5439"

// parseURL reads the URL of a warehouse. Its errors repeat nothing of the URL that
// could be a secret.
func parseURL(raw string) (place, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return place{}, wrongURL("is not readable", "Write redshift://USER@HOST:5439/DATABASE; a password with special characters is percent-encoded.")
	}
	p := place{host: u.Hostname(), port: u.Port(), database: strings.TrimPrefix(u.Path, "/"), auth: byPassword, sslmode: "verify-full"}
	if p.port == "" {
		p.port = usualPort
	}
	if u.Scheme != "redshift" || u.Opaque != "" || u.Fragment != "" || p.host == "" || p.database == "" || strings.Contains(p.database, "/") {
		return place{}, wrongURL("is not of the form redshift://USER@HOST:5439/DATABASE", "The host is the endpoint of the cluster or workgroup.")
	}
	if u.User != nil {
		p.user = u.User.Username()
		p.password, _ = u.User.Password()
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return place{}, wrongURL("has parameters that are not readable", knownParameters)
	}
	for name, given := range values {
		if len(given) != 1 || given[0] == "" || !p.set(name, given[0]) {
			return place{}, wrongURL("has a parameter that is unknown, given twice or wrong", knownParameters)
		}
	}
	return p, p.check()
}

const knownParameters = "There are auth=password, iam or secret, cluster=NAME, workgroup=NAME, secret=ARN, region=REGION, " +
	"sslmode=verify-full, verify-ca or require, and sslrootcert=FILE."

// set takes a parameter; not ok if it is none, or its value is wrong.
func (p *place) set(name, value string) (ok bool) {
	switch name {
	case "auth":
		p.auth = value
		return slices.Contains([]string{byPassword, byIAM, bySecret}, value)
	case "cluster":
		p.cluster = value
	case "workgroup":
		p.workgroup = value
	case "secret":
		p.secret = value
	case "region":
		p.region = value
	case "sslmode":
		// What is weaker sends rows, and the answer to the password, in the clear.
		p.sslmode = value
		return slices.Contains([]string{"verify-full", "verify-ca", "require"}, value)
	case "sslrootcert":
		p.sslrootcert = value
	default:
		return false
	}
	return true
}

// check looks whether all that the way to log in needs is there, and nothing else.
func (p *place) check() error {
	if p.auth == byPassword && p.secret != "" {
		p.auth = bySecret
	}
	var says string
	hint := "Write auth=iam with cluster=NAME or workgroup=NAME, or auth=secret with secret=ARN, and no user; or USER:PASSWORD@ without these."
	switch {
	case p.auth == byPassword && (p.user == "" || p.password == ""):
		says, hint = "has no user, or no password", "Write redshift://USER:PASSWORD@HOST..., the password as ${NAME} from the environment, or log in by auth=iam or secret=ARN."
	case p.auth == byPassword && p.cluster+p.workgroup != "":
		says = "names a cluster or workgroup, which is for auth=iam"
	case p.auth == byIAM && (p.cluster == "") == (p.workgroup == ""):
		says = "has auth=iam without a cluster or workgroup, or with both"
	case p.auth == byIAM && p.secret != "":
		says = "has auth=iam and a secret"
	case p.auth == bySecret && (p.secret == "" || p.cluster+p.workgroup != ""):
		says = "has auth=secret without a secret, or with a cluster or workgroup"
	case p.auth != byPassword && p.user+p.password != "":
		says = "has a user or a password, which its way to log in brings"
	default:
		return nil
	}
	return wrongURL(says, hint)
}

func wrongURL(how, hint string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: "the warehouse's URL " + how, Hint: hint}
}

// String names the warehouse for people.
func (p place) String() string {
	return fmt.Sprintf("redshift://%s/%s", net.JoinHostPort(p.host, p.port), p.database)
}

// CheckURL says what is wrong with a warehouse's URL, as far as the URL tells.
func CheckURL(raw string) error {
	_, err := parseURL(raw)
	return err
}
