package object

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"archwire"
)

// s3Place is what a URL says of a store in S3.
type s3Place struct {
	bucket, prefix string
	region         string // "" leaves it to AWS's usual places
	endpoint       string // the same
	pathStyle      *bool  // nil: with an endpoint
	kmsKey         string // "" leaves encryption to the bucket
}

var bucketForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// parseS3 reads s3://BUCKET/PREFIX?region=&endpoint=&path_style=&kms_key=. Its errors
// repeat nothing of the URL that could be a secret.
func parseS3(rawURL string) (place s3Place, err error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return place, wrongS3("is not readable", "Write s3://BUCKET/PREFIX.")
	}
	if u.User != nil || strings.Contains(u.Host, "@") {
		return place, wrongS3("has a user or a password in it",
			"Leave them out: credentials come from AWS's usual places, such as the environment, the shared files or the machine's role.")
	}
	place.bucket, place.prefix = u.Host, strings.Trim(u.Path, "/")
	if u.Scheme != "s3" || u.Opaque != "" || u.Fragment != "" || !bucketForm.MatchString(place.bucket) {
		return place, wrongS3("is not of the form s3://BUCKET/PREFIX", "A bucket's name has lower-case letters, digits, dots and hyphens.")
	}
	if place.prefix != "" && checkName(place.prefix) != nil {
		return place, wrongS3("has a prefix with an empty part, or with one that begins with a dot", "Write s3://BUCKET/PREFIX.")
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return place, wrongS3("has parameters that are not readable", knownS3)
	}
	for name, given := range values {
		if len(given) != 1 || given[0] == "" || !place.set(name, given[0]) {
			return place, wrongS3("has a parameter that is unknown, given twice or wrong", knownS3)
		}
	}
	return place, nil
}

const knownS3 = "There are region=REGION, endpoint=https://HOST, path_style=true or false, and kms_key=KEY."

// set takes a parameter; not ok if it is none, or its value is wrong.
func (p *s3Place) set(name, value string) (ok bool) {
	switch name {
	case "region":
		p.region = value
		return regexp.MustCompile(`^[a-z0-9-]+$`).MatchString(value)
	case "endpoint":
		p.endpoint = value
		u, err := url.Parse(value)
		return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && u.Scheme+"://"+u.Host == strings.TrimSuffix(value, "/")
	case "path_style":
		style, err := strconv.ParseBool(value)
		p.pathStyle = &style
		return err == nil
	case "kms_key":
		p.kmsKey = value
		return true
	}
	return false
}

func wrongS3(how, hint string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: "the store's URL " + how, Hint: hint}
}
