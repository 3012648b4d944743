// Package format writes exact numbers and dates for people: in the language
// that their browser asks for, by the clocks of the tenant. Numbers come as
// decimals in text and never pass through a float.
package format

import "time"

// A Format writes numbers and dates for one reader. The zero Format writes those
// of en-US, in UTC.
type Format struct {
	locale *locale
	zone   *time.Location
}

// New is the format for a browser that sends this Accept-Language, by the clocks
// of a zone; nil is UTC. What cannot be read or is not known is en-US.
func New(acceptLanguage string, zone *time.Location) Format {
	return Format{locale: matched(acceptLanguage), zone: zone}
}
