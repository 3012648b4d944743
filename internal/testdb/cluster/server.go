package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"archwire"
)

// A server is the postgres process and the watcher that ends it with us.
type server struct {
	cmd     *exec.Cmd
	ended   chan struct{} // closed when the process is gone
	watcher *exec.Cmd
	leash   io.WriteCloser // the watcher's standard input
}

// launch starts postgres. Between choosing a free port and binding it another
// process may take it, so a failed start is tried again.
func (c *Cluster) launch(ctx context.Context, bin string, who *credential, o options) error {
	var err error
	for range 3 {
		if c.port, err = c.choosePort(); err != nil {
			return err
		}
		if err = c.launchOnce(ctx, bin, who, o); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func (c *Cluster) launchOnce(ctx context.Context, bin string, who *credential, o options) (err error) {
	log, err := os.OpenFile(c.log(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("starting PostgreSQL: %w", err)
	}
	defer func() { err = errors.Join(err, log.Close()) }()

	// The server outlives ctx, which bounds the start only.
	cmd := who.command(context.WithoutCancel(ctx), filepath.Join(bin, "postgres"), c.arguments(o)...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting PostgreSQL: %w", err)
	}
	s := &server{cmd: cmd, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		_ = cmd.Wait() // the log says why it ended
		// Until then the leash stays open, even if nobody keeps the Cluster.
		runtime.KeepAlive(s)
	}()
	if err := s.watch(c.dir, o.throwaway); err != nil {
		return errors.Join(err, s.stop())
	}
	if err := c.await(ctx, s); err != nil {
		return errors.Join(err, s.stop())
	}
	c.server = s
	return c.write(who, "port", []byte(strconv.Itoa(c.port)))
}

func (c *Cluster) arguments(o options) []string {
	args := []string{
		"-D", c.data(),
		"-c", "port=" + strconv.Itoa(c.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
		"-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "max_wal_size=4GB",
		"-c", "max_connections=100", "-c", "logging_collector=off", "-c", "jit=off",
	}
	if o.cert != nil {
		args = append(args, "-c", "ssl=on",
			"-c", "ssl_cert_file="+filepath.Join(c.dir, "server.crt"), "-c", "ssl_key_file="+filepath.Join(c.dir, "server.key"))
	}
	return append(args, o.settings...)
}

// await returns when the server says in its lock file that it is ready.
func (c *Cluster) await(ctx context.Context, s *server) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, ready := c.running(); ready {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("waiting for PostgreSQL in %s: %w", c.dir, ctx.Err())
		case <-s.ended:
			log, _ := os.ReadFile(c.log()) // the best that can be said without it is said
			return &archwire.Error{
				Code:    archwire.Unavailable,
				Message: fmt.Sprintf("PostgreSQL did not start in %s: %s", c.dir, lastLine(string(log))),
				Hint:    "See " + c.log() + ".",
			}
		}
	}
}

// running says whether a server is ready on the data folder, and its port. The
// lock file's lines are documented in PostgreSQL's src/include/utils/pidfile.h.
func (c *Cluster) running() (port int, ready bool) {
	b, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return 0, false
	}
	lines := strings.Split(string(b), "\n")
	if len(lines) < 8 || strings.TrimSpace(lines[7]) != "ready" {
		return 0, false
	}
	port, err = strconv.Atoi(strings.TrimSpace(lines[3]))
	if err != nil {
		return 0, false
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), time.Second)
	if err != nil {
		return 0, false // the lock file of a server that was killed
	}
	return port, conn.Close() == nil
}

// choosePort prefers the port of the last start, so that addresses noted down
// stay true.
func (c *Cluster) choosePort() (int, error) {
	if b, err := os.ReadFile(filepath.Join(c.dir, "port")); err == nil {
		if port, err := freePort(strings.TrimSpace(string(b))); err == nil {
			return port, nil
		}
	}
	return freePort("0")
}

func freePort(wanted string) (int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", wanted))
	if err != nil {
		return 0, fmt.Errorf("choosing a port for PostgreSQL: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

func (c *Cluster) log() string { return filepath.Join(c.dir, "postgres.log") }

// watch starts a shell that reads from us. When we end, in whatever way, its
// input ends, and it stops the server; no exit handler could promise that.
func (s *server) watch(dir string, throwaway bool) error {
	const script = `read -r word
if [ "$word" != done ]; then
  kill -"$2" "$1" 2>/dev/null
  while kill -0 "$1" 2>/dev/null; do sleep 0.1; done
fi
if [ -n "$3" ]; then rm -rf -- "$3"; fi`
	signal, remove := "INT", ""
	if throwaway {
		signal, remove = "QUIT", dir
	}
	s.watcher = exec.Command("sh", "-c", script, "archwire-watcher", strconv.Itoa(s.cmd.Process.Pid), signal, remove)
	s.watcher.Dir = "/"
	s.watcher.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	leash, err := s.watcher.StdinPipe()
	if err != nil {
		return fmt.Errorf("watching PostgreSQL: %w", err)
	}
	s.leash = leash
	if err := s.watcher.Start(); err != nil {
		return fmt.Errorf("watching PostgreSQL: %w", err)
	}
	return nil
}

// stop asks for a fast shutdown and waits for it.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stopping PostgreSQL: %w", err)
	}
	<-s.ended
	if s.watcher == nil || s.watcher.Process == nil {
		return nil
	}
	_, errWrite := io.WriteString(s.leash, "done\n")
	if err := errors.Join(errWrite, s.leash.Close(), s.watcher.Wait()); err != nil {
		return fmt.Errorf("ending the watcher of PostgreSQL: %w", err)
	}
	return nil
}
