package sqlserver

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"net/url"
	"os"
	"strings"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/azuread"
	_ "github.com/microsoft/go-mssqldb/integratedauth/krb5" // what authenticator=krb5 of a dsn asks for
	"github.com/microsoft/go-mssqldb/msdsn"

	"archwire"
	"archwire/internal/source/lending"
	"archwire/internal/source/sqlserver/tds"
)

// A dsn is where and as whom a source connects.
type dsn struct {
	host, user, database string
	port                 uint64

	strict bool        // TLS before TDS
	tls    *tls.Config // nil is no encryption
	named  bool        // tls names the server, or pins its certificate
	trust  bool        // whichever certificate the server shows is taken

	driver *url.URL // what the driver is told, with the password
	entra  bool     // the user signs in by Microsoft Entra

	mem *lending.Buffers // of all of its links
}

// packetSize is the largest under TLS; see packet size of the driver's
// parameters.
const packetSize = "16383"

// parseDSN reads the URL of a database. Errors do not quote it.
func parseDSN(name, text string) (*dsn, error) {
	invalid := &archwire.Error{
		Code:    archwire.Invalid,
		Message: name + ": the dsn is not the URL of a database of SQL Server",
		Hint: "Write sqlserver://user:password@host:1433?database=name, with the characters @ : / ? # % of a password as %40 and so on; " +
			"for a named instance, sqlserver://user:password@host/instance?database=name.",
	}
	if strings.TrimSpace(text) == "" {
		invalid.Message = name + ": the dsn is empty"
		return nil, invalid
	}
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "sqlserver" || u.Hostname() == "" {
		return nil, invalid // without the cause, which quotes parts of the dsn
	}
	params, err := parameters(u)
	if err != nil {
		invalid.Message = name + ": the dsn " + err.Error()
		invalid.Hint = "Correct the parameters behind the question mark of the dsn."
		return nil, invalid
	}
	return newDSN(name, u, params, invalid)
}

// newDSN hands the parameters to the driver's own parser, which knows what they
// mean for TLS.
func newDSN(name string, u *url.URL, params url.Values, invalid *archwire.Error) (*dsn, error) {
	d := &dsn{mem: new(lending.Buffers), entra: params.Get("fedauth") != ""}
	if err := d.encryption(params.Get(msdsn.Encrypt)); err != nil {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: name + ": the dsn " + err.Error(),
			Hint: "Write encrypt=true (the default), encrypt=strict for TDS 8.0, or encrypt=disable where the network is trusted.",
		}
	}
	if d.entra && params.Get(msdsn.Encrypt) == "disable" {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: name + ": the dsn would send a token of Microsoft Entra in clear, which whoever reads it can use",
			Hint: "Leave encrypt out, or write encrypt=strict.",
		}
	}
	for _, p := range []string{msdsn.Certificate, msdsn.ServerCertificate} {
		if file := params.Get(p); file != "" && !opens(file) {
			return nil, &archwire.Error{
				Code: archwire.Invalid, Message: name + ": the file that " + p + " of the dsn names cannot be read",
				Hint: "Check its path, counted from where archwire runs, and the right to read it; it holds certificates as PEM.",
			}
		}
	}
	full := *u
	full.RawQuery = params.Encode()
	cfg, err := msdsn.Parse(full.String())
	if err != nil {
		return nil, invalid // as above
	}
	d.host, d.port, d.user, d.database = cfg.Host, cfg.Port, cfg.User, cfg.Database
	if params.Get(msdsn.Encrypt) != "disable" {
		d.tls, d.trust = cfg.TLSConfig, cfg.TrustServerCertificate
		d.named = cfg.HostInCertificateProvided || params.Get(msdsn.ServerCertificate) != ""
	}
	params.Set(msdsn.Encrypt, "disable") // the tunnel does it
	if !params.Has(msdsn.ServerSpn) {
		params.Set(msdsn.ServerSpn, servicePrincipal(cfg))
	}
	for _, p := range []string{msdsn.TrustServerCertificate, msdsn.Certificate, msdsn.ServerCertificate, msdsn.HostNameInCertificate, msdsn.TLSMin} {
		params.Del(p)
	}
	full.RawQuery = params.Encode()
	d.driver = &full
	if _, err := d.connector(); err != nil { // not told: it quotes parameters
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: name + ": the dsn's parameters of the login do not go together",
			Hint: "Correct fedauth, or what it needs; the documentation of the driver, go-mssqldb, lists that for each of its values.",
		}
	}
	return d, nil
}

func opens(file string) bool {
	f, err := os.Open(file) //nolint:gosec // the operator names it
	return err == nil && f.Close() == nil
}

// servicePrincipal is how Kerberos knows a server: by its port or its instance. The
// driver makes it up for servers that it has looked up itself only.
func servicePrincipal(cfg msdsn.Config) string {
	if cfg.Instance != "" && cfg.Port == 0 {
		return "MSSQLSvc/" + cfg.Host + ":" + cfg.Instance
	}
	return fmt.Sprintf("MSSQLSvc/%s:%d", cfg.Host, cmp.Or(cfg.Port, defaultPort))
}

const defaultPort = 1433

// unfit are parameters that do not go with how the connection is used.
var unfit = map[string]string{
	msdsn.ChangePassword: "would change the password at each login",
	"columnencryption":   "asks for columns to be decrypted, which is not supported",
	msdsn.EpaEnabled:     "asks for channel binding, which is not supported",
	msdsn.LogParam:       "asks the driver for a log, which could hold values of rows",
	msdsn.Pipe:           "names a pipe; only TCP is supported",
}

// parameters are those of the URL in lower case, with our defaults.
func parameters(u *url.URL) (url.Values, error) {
	given, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("has parameters that cannot be read")
	}
	params := url.Values{}
	for key, values := range given {
		key = strings.ToLower(strings.TrimSpace(key))
		if why, ok := unfit[key]; ok {
			return nil, fmt.Errorf("has the parameter %q, which %s", key, why)
		}
		if len(values) != 1 || params.Has(key) {
			return nil, fmt.Errorf("has the parameter %q twice", key)
		}
		params.Set(key, values[0])
	}
	if p := params.Get(msdsn.Protocol); p != "" && p != "tcp" {
		return nil, fmt.Errorf("names a protocol; only TCP is supported")
	}
	params.Set(msdsn.Protocol, "tcp")
	params.Del(msdsn.ConnectionTimeout) // of single reads: ours end with their context
	for key, value := range map[string]string{msdsn.Encrypt: "true", msdsn.AppName: "archwire", msdsn.PacketSize: packetSize} {
		if !params.Has(key) {
			params.Set(key, value)
		}
	}
	params.Set(msdsn.Encrypt, strings.ToLower(params.Get(msdsn.Encrypt)))
	return params, nil
}

// encryption refuses the one choice that would send rows in clear without saying
// so: optional encrypts the login alone.
func (d *dsn) encryption(choice string) error {
	switch choice {
	case "strict":
		d.strict = true
	case "true", "mandatory", "yes", "1", "t", "disable":
	case "optional", "false", "no", "0", "f":
		return fmt.Errorf("asks for encrypt=%s, which would encrypt the password but not the rows", choice)
	default:
		return fmt.Errorf("has another encrypt than there is")
	}
	return nil
}

// connector is the driver's, for one login.
func (d *dsn) connector() (*mssql.Connector, error) {
	if d.entra {
		return azuread.NewConnector(d.driver.String()) //nolint:wrapcheck // told by newDSN
	}
	cfg, err := msdsn.Parse(d.driver.String())
	if err != nil {
		return nil, err //nolint:wrapcheck // told by newDSN
	}
	return mssql.NewConnectorConfig(cfg), nil
}

// security is for a connection to a server by its name, which is another than
// the dsn's where the server sends its clients on.
func (d *dsn) security(host string) tds.Security {
	s := tds.Security{Strict: d.strict}
	if d.tls != nil {
		s.TLS = d.tls.Clone()
		if !d.named {
			s.TLS.ServerName = host
		}
	}
	return s
}
