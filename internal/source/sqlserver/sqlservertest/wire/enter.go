package wire

import (
	"encoding/binary"
	"errors"
)

// Versions of TDS, as LOGINACK says them.
const (
	version74 = 0x74000004
	version80 = 0x08000000
)

// mostEncrypted is the largest packet under encryption ("Configure the network
// packet size Server Configuration Option").
const mostEncrypted = 16383

// login reads LOGIN7, asks the handler for a session and answers.
func (c *conn) login() error {
	b, err := c.readMessage(kindLogin, loginLongest)
	if err != nil {
		return err
	}
	l, err := parseLogin(b)
	if err != nil {
		return err
	}
	if l.version < version74 && (!c.strict || l.version != version80) {
		return errStream
	}
	c.course = c.server.faults.due("LOGIN")
	if c.course.Before {
		c.course.of.note()
		return errors.Join(errCut, c.raw.Close())
	}
	features, err := c.features(&l)
	if err != nil {
		return err
	}
	l.Encrypted, l.Process = c.encrypted, c.process
	if l.integrated {
		err = &Error{
			Number: 18452, State: 1, Severity: 14, Line: 1,
			Message: "Login failed. The login is from an untrusted domain and cannot be used with Integrated authentication.",
		}
	} else {
		c.session, err = c.server.handler.Login(c.inbox.gone, l.Login)
	}
	var redirect *Redirect
	var told *Error
	switch {
	case errors.As(err, &redirect):
		tokens := appendLoginAck(nil, c.version(), program, c.server.opts.Version)
		tokens = appendRouting(tokens, redirect)
		return errors.Join(errGone, c.say(appendDone(tokens, tokenDone, 0, 0, 0)))
	case errors.As(err, &told):
		tokens := appendMessage(nil, c.server.opts.Name, *told)
		return errors.Join(errGone, c.say(appendDone(tokens, tokenDone, doneError, 0, 0)))
	case err != nil:
		return err
	}
	return c.welcome(l, features)
}

// program is what SQL Server calls itself: its name ends with two zeros.
const program = "Microsoft SQL Server\x00\x00"

func (c *conn) version() uint32 {
	if c.strict {
		return version80
	}
	return version74
}

// welcome tells a client that it is logged in, as the example of [MS-TDS] 4.5 does.
func (c *conn) welcome(l login7, features []feature) error {
	opts := c.server.opts
	col, _, err := collationOf(opts.Collation)
	if err != nil {
		return err
	}
	if l.Database != "" {
		c.dialect.database = l.Database
	}
	const language = "us_english"
	tokens := appendChange(nil, envDatabase, c.dialect.database, "master")
	tokens = appendMessage(tokens, opts.Name, Error{
		Number: 5701, State: 2, Line: 1, Message: "Changed database context to '" + c.dialect.database + "'.",
	})
	tokens = appendBytesChange(tokens, envCollation, col[:], nil)
	tokens = appendChange(tokens, envLanguage, language, "")
	tokens = appendMessage(tokens, opts.Name, Error{
		Number: 5703, State: 1, Line: 1, Message: "Changed language setting to " + language + ".",
	})
	if opts.Mirror != "" {
		tokens = appendChange(tokens, envMirror, opts.Mirror, "")
	}
	tokens = appendLoginAck(tokens, c.version(), program, opts.Version)
	size := c.granted(l.packetSize)
	tokens = appendSizeChange(tokens, size, firstPacketSize)
	tokens = appendFeatureAck(tokens, features)
	if err := c.say(appendDone(tokens, tokenDone, 0, 0, 0)); err != nil {
		return err
	}
	c.pack.size = size // from the next message on: [MS-TDS] 2.2.7.9 ENVCHANGE
	return nil
}

// granted is the size of packets that a client gets that asks for one.
func (c *conn) granted(asked int) int {
	if asked == 0 {
		asked = firstPacketSize
	}
	most := min(c.server.opts.PacketSize, mostPacketSize)
	if c.encrypted {
		most = min(most, mostEncrypted)
	}
	return max(min(asked, most), leastPacketSize)
}

// features does what the features of a login ask for, and says which are taken.
func (c *conn) features(l *login7) ([]feature, error) {
	var out []feature
	if asked, ok := l.features[featureFedAuth]; ok {
		library, token, err := fedAuth(asked)
		if err != nil {
			return nil, err
		}
		if library == fedAuthAsked {
			token, err = c.askToken()
			if err != nil {
				return nil, err
			}
		}
		l.Token = token
		out = append(out, feature{featureFedAuth, c.nonce})
	}
	if asked, ok := l.features[featureUTF8]; ok && (len(asked) == 0 || asked[0]&1 != 0) {
		c.dialect.utf8 = true
		out = append(out, feature{featureUTF8, []byte{1}})
	}
	return out, nil
}

// askToken says for whom the token is to be, and waits for it.
func (c *conn) askToken() (string, error) {
	info := appendFedAuthInfo(nil, "https://login.microsoftonline.com/common", "https://database.windows.net/")
	if err := c.say(info); err != nil {
		return "", err
	}
	b, err := c.readMessage(kindToken, 1<<20)
	if err != nil {
		return "", err
	}
	if len(b) < 4 || int64(binary.LittleEndian.Uint32(b)) != int64(len(b)-4) {
		return "", errStream
	}
	return parseToken(b)
}
