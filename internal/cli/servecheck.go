package cli

import (
	"fmt"
	"net/url"
	"time"

	"archwire"
)

// check refuses flags of serve that fit nothing.
func (o serveOptions) check() error {
	const shortest, longest = time.Minute, 24 * time.Hour
	if o.ttl != 0 && (o.ttl < shortest || o.ttl > longest) {
		return invalidFlag(fmt.Sprintf("--token-ttl %s is not between 1m and 24h", o.ttl), "A token cannot be revoked, but its key can; some minutes are enough.")
	}
	if u, err := url.Parse(o.url); o.url != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Scheme+"://"+u.Host != o.url) {
		return invalidFlag(fmt.Sprintf("--url %q is not of the form https://HOST", o.url), "Write it as callers do, without a path: https://api.example.com")
	}
	return nil
}

func invalidFlag(message, hint string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: message, Hint: hint}
}
