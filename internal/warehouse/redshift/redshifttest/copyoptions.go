package redshifttest

import (
	"fmt"
	"regexp"
)

// option reads one option.
func (op *copying) option(c *cursor) (err error) {
	switch {
	case c.take("iam_role"):
		return role(c)
	case c.take("manifest"):
		op.manifest = true
	case c.take("gzip"):
		op.gzip = true
	case c.take("format"):
		c.take("as")
		return c.must("csv")
	case c.take("csv"):
	case c.take("region"), c.take("encoding"):
		c.take("as")
		if c.peek(0).kind == text || c.peek(0).is("utf8") {
			c.at++
			return nil
		}
		return c.unexpected()
	case c.take("compupdate off"), c.take("compupdate on"), c.take("compupdate preset"), c.take("statupdate off"), c.take("statupdate on"):
	case c.take("roundec"):
		op.round = true
	case c.take("null"):
		c.take("as")
		op.format.null, err = c.string()
	case c.take("delimiter"):
		c.take("as")
		op.format.delimiter, err = one(c)
	case c.take("quote"):
		c.take("as")
		op.format.quote, err = one(c)
	case c.take("dateformat"):
		op.auto.date, err = auto(c)
	case c.take("timeformat"):
		op.auto.time, err = auto(c)
	case c.take("ignoreheader"):
		c.take("as")
		op.format.header = c.next().text
	default:
		return refusedf(fmt.Sprintf("COPY with %q: the form is not in its table, or alters values", c.peek(0).text), "COPY, Data conversion parameters")
	}
	return err
}

// whole refuses what the adapter never sends: files that are not named one by one.
func (op *copying) whole() error {
	if !op.manifest {
		return refusedf("COPY without MANIFEST: a prefix also loads what merely begins so", "COPY from Amazon S3")
	}
	if op.format.header != "" {
		return refusedf("IGNOREHEADER: files have no header", "COPY, Data conversion parameters")
	}
	return nil
}

var arn = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`)

// role reads {default | 'arn'}.
func role(c *cursor) error {
	if c.take("default") {
		return nil
	}
	name, err := c.string()
	if err == nil && !arn.MatchString(name) {
		return failed("XX000", "Invalid IAM role ARN", "Authorization parameters")
	}
	return err
}

// one reads a string of one character of ASCII.
func one(c *cursor) (byte, error) {
	s, err := c.string()
	if err != nil {
		return 0, err
	}
	if len(s) != 1 || s[0] >= 0x80 {
		return 0, failed("22023", "COPY delimiter must be a single character", "Data format parameters")
	}
	return s[0], nil
}

// auto reads [AS] 'auto' or the format that holds without.
func auto(c *cursor) (bool, error) {
	c.take("as")
	s, err := c.string()
	if err != nil {
		return false, err
	}
	switch s {
	case "auto":
		return true, nil
	case "YYYY-MM-DD", "YYYY-MM-DD HH:MI:SS":
		return false, nil
	}
	return false, refusedf("dates and times in other formats than ISO 8601's", "DATEFORMAT and TIMEFORMAT strings")
}
