// Package cluster runs a private PostgreSQL from the programs installed on this
// machine: for `archwire demo` and for tests. It listens on 127.0.0.1 only,
// wants a password that it made itself, and trades durability for speed: what it
// holds can be made again.
package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"archwire"
)

// A Cluster is one running PostgreSQL.
type Cluster struct {
	dir      string
	port     int
	password string
	server   *server // nil when another process runs it
}

// An Option changes how a cluster is started.
type Option func(*options)

type options struct {
	settings  []string
	cert, key []byte
	throwaway bool
}

// Set gives a server setting, as in postgresql.conf.
func Set(name, value string) Option {
	return func(o *options) { o.settings = append(o.settings, "-c", name+"="+value) }
}

// TLS turns encryption on, with a certificate and its key in PEM.
func TLS(cert, key []byte) Option {
	return func(o *options) { o.cert, o.key = cert, key }
}

// Throwaway removes dir with all it holds when the cluster stops, be it because
// this process died.
func Throwaway() Option {
	return func(o *options) { o.throwaway = true }
}

// Start runs a cluster whose files lie in dir, which is made if it is missing.
// A cluster that was there before keeps its databases, its password and, if it
// is free, its port; one that already runs is joined, and Stop then leaves it
// running. It ends with this process at the latest. If PostgreSQL's programs
// are not installed, the error's hint says what to install.
func Start(ctx context.Context, dir string, opts ...Option) (*Cluster, error) {
	var o options
	for _, apply := range opts {
		apply(&o)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", dir, err)
	}
	c := &Cluster{dir: dir}
	if port, runs := c.running(); runs {
		c.port = port
		return c, c.readPassword()
	}
	bin, err := findPrograms(c.version())
	if err != nil {
		return nil, err
	}
	who, err := actor(dir)
	if err != nil {
		return nil, err
	}
	if err := c.prepare(ctx, bin, who, o); err != nil {
		return nil, err
	}
	return c, c.launch(ctx, bin, who, o)
}

// URL is how to reach a database of the cluster as its superuser.
func (c *Cluster) URL(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword("postgres", c.password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)), Path: "/" + database,
	}
	if !c.encrypted() {
		u.RawQuery = "sslmode=disable"
	}
	return u.String()
}

// Stop ends the cluster; sessions that are still open are cut. It is safe to
// call more than once.
func (c *Cluster) Stop() error {
	if c.server == nil {
		return nil
	}
	err := c.server.stop()
	c.server = nil
	return err
}

// prepare makes the folders and, where there is no cluster yet, the cluster.
func (c *Cluster) prepare(ctx context.Context, bin string, who *credential, o options) error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return fmt.Errorf("making the folder of PostgreSQL: %w", err)
	}
	if err := who.own(c.dir); err != nil {
		return err
	}
	if c.version() == "" {
		c.password = rand.Text()
		if err := c.write(who, "password", []byte(c.password)); err != nil {
			return err
		}
		if err := c.initdb(ctx, bin, who); err != nil {
			return err
		}
	} else if err := c.readPassword(); err != nil {
		return err
	}
	if o.cert == nil {
		return nil
	}
	return errors.Join(c.write(who, "server.crt", o.cert), c.write(who, "server.key", o.key))
}

func (c *Cluster) write(who *credential, name string, content []byte) error {
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("preparing PostgreSQL: %w", err)
	}
	return who.own(path)
}

func (c *Cluster) initdb(ctx context.Context, bin string, who *credential) error {
	cmd := who.command(ctx, filepath.Join(bin, "initdb"), "--pgdata="+c.data(), "--username=postgres",
		"--pwfile="+filepath.Join(c.dir, "password"), "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C", "--no-sync")
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(&archwire.Error{
			Code:    archwire.Unavailable,
			Message: fmt.Sprintf("PostgreSQL's initdb ended badly in %s: %s", c.dir, lastLine(string(out))),
			Hint:    "Choose a folder that the user " + who.name + " may write to, on a disk with room.",
			Err:     err,
		}, os.RemoveAll(c.data()))
	}
	return nil
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// version is the major version that made the data folder, "" if there is none.
func (c *Cluster) version() string {
	b, err := os.ReadFile(filepath.Join(c.data(), "PG_VERSION"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

func (c *Cluster) encrypted() bool {
	_, err := os.Stat(filepath.Join(c.dir, "server.key"))
	return err == nil
}

func (c *Cluster) readPassword() error {
	b, err := os.ReadFile(filepath.Join(c.dir, "password"))
	if err != nil {
		return fmt.Errorf("reading the password of the PostgreSQL in %s: %w", c.dir, err)
	}
	c.password = string(b)
	return nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
