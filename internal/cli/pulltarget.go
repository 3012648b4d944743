package cli

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/pull"
	"archwire/internal/pull/mirror"
	"archwire/internal/warehouse/duckdb"
)

// A pullTarget is where a pull goes, with what it needs.
type pullTarget struct {
	mirror.Target

	work  string
	close func() error
}

var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// pullTarget opens the target that --into names.
func (a *app) pullTarget(ctx context.Context, o pullOptions) (t pullTarget, err error) {
	into, err := a.expanded("--into", o.into)
	if err != nil {
		return t, err
	}
	kind, rest, found := strings.Cut(into, ":")
	switch {
	case found && (kind == "postgres" || kind == "postgresql"):
		if strings.HasPrefix(rest, "//") {
			rest = into // postgres://host/database is the URL itself
		}
		return a.intoPostgres(ctx, o, rest)
	case o.schema != "":
		return t, &archwire.Error{Code: archwire.Invalid, Message: "--schema is for PostgreSQL only"}
	case found && kind == "duckdb" && rest != "":
		m, err := duckdb.OpenMirror(ctx, rest, o.memory, a.Now)
		if err != nil {
			return t, err
		}
		t = pullTarget{Target: m, work: rest + ".pull", close: m.Close}
	case into == "" || found && !strings.ContainsAny(kind, "/.") || slices.Contains([]string{"duckdb", "postgres", "postgresql"}, into):
		return t, &archwire.Error{Code: archwire.Invalid, Message: "--into names no target", Hint: "Write a folder, duckdb:FILE or postgres:URL; ./NAME is always a folder."}
	default:
		f, err := pull.OpenFolder(into)
		if err != nil {
			return t, err
		}
		t = pullTarget{Target: f, work: f.Work(), close: f.Close}
	}
	if o.work != "" {
		t.work = o.work
	}
	return t, nil
}

func (a *app) intoPostgres(ctx context.Context, o pullOptions, text string) (t pullTarget, err error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return t, &archwire.Error{Code: archwire.Invalid, Message: "--into does not name a PostgreSQL database", Hint: "Write it as postgres://user@host/database."}
	}
	if _, secret := u.User.Password(); (secret || u.Query().Has("password")) && !variable.MatchString(o.into) {
		return t, &archwire.Error{
			Code: archwire.Invalid, Message: "--into has a password in it, which others on this machine can read",
			Hint: "Set PGPASSWORD, keep it in ~/.pgpass, or write ${NAME} for a variable of the environment.",
		}
	}
	files, err := duckdb.OpenParquet(ctx, o.memory)
	if err != nil {
		return t, err
	}
	p, err := pull.OpenPostgres(ctx, pull.PostgresConfig{URL: text, Schema: o.schema, Files: files, Now: a.Now})
	if err != nil {
		return t, errors.Join(err, files.Close())
	}
	t = pullTarget{Target: p, work: o.work, close: func() error { return errors.Join(p.Close(), files.Close()) }} //nolint:contextcheck // a session is closed when ctx has ended, too
	if t.work == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return t, errors.Join(&archwire.Error{
				Code: archwire.Invalid, Message: "this user has no folder for what is fetched", Hint: "Name one with --work.", Err: err,
			}, t.close())
		}
		sum := sha256.Sum256([]byte(p.Name()))
		t.work = filepath.Join(cache, "archwire", "pull", hex.EncodeToString(sum[:8]))
	}
	return t, nil
}

// expanded is the text of a flag with the variables that it names.
func (a *app) expanded(flag, text string) (out string, err error) {
	out = variable.ReplaceAllStringFunc(text, func(ref string) string {
		value, ok := a.Lookup(ref[2 : len(ref)-1])
		if !ok {
			err = &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("the variable %s, which %s names, is not set", ref, flag)}
		}
		return value
	})
	return out, err
}

// trusted is the system's certificates, and those in a file.
func trusted(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // the system's
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	text, err := os.ReadFile(file) //nolint:gosec // the user's own file
	if err != nil || !roots.AppendCertsFromPEM(text) {
		return nil, &archwire.Error{Code: archwire.Invalid, Message: "--ca " + file + " holds no certificate that can be read", Hint: "Name a file of certificates in PEM.", Err: err}
	}
	return roots, nil
}

// keyText is the beginning of a file, or of the input.
func (a *app) keyText(file string) ([]byte, error) {
	const most = 16 << 10
	in := a.In
	if file != "-" {
		f, err := os.Open(file) //nolint:gosec // the user's own file
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // opened for reading
		in = f
	}
	return io.ReadAll(io.LimitReader(in, most))
}

// writeLine prints v on one line.
func writeLine(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) }
