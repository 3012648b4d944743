package cli

import (
	"fmt"
	"math"
	"net/url"
	"time"

	"archwire"
)

// check refuses flags of serve that fit nothing.
func (o serveOptions) check() error {
	const noLimit = "Write how many each key may have; 0 sets no limit."
	switch {
	case o.rate < 0 || math.IsNaN(o.rate) || math.IsInf(o.rate, 0):
		return invalidFlag(fmt.Sprintf("--rate %v is not 0 or more", o.rate), noLimit)
	case o.concurrency < 0:
		return invalidFlag(fmt.Sprintf("--concurrency %d is not 0 or more", o.concurrency), noLimit)
	case o.hourly < 0:
		return invalidFlag(fmt.Sprintf("--bytes-per-hour %d is not 0 or more", o.hourly), noLimit)
	}
	const shortest, longest = time.Minute, 24 * time.Hour
	if o.ttl != 0 && (o.ttl < shortest || o.ttl > longest) {
		return invalidFlag(fmt.Sprintf("--token-ttl %s is not between 1m and 24h", o.ttl), "A token cannot be revoked, but its key can; some minutes are enough.")
	}
	if err := checkURL(o.url); err != nil {
		return err
	}
	return o.network.check(o.listen)
}

// checkURL refuses a --url by which nobody reaches a server; "" is left out.
func checkURL(text string) error {
	if u, err := url.Parse(text); text != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Scheme+"://"+u.Host != text) {
		return invalidFlag(fmt.Sprintf("--url %q is not of the form https://HOST", text), "Write it as callers do, without a path: https://api.example.com")
	}
	return nil
}

func invalidFlag(message, hint string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: message, Hint: hint}
}
