// Package s3test runs a real server of S3 for tests: versitygw, a program of the
// module in tools/s3, over a folder.
package s3test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"archwire/internal/testport"
)

// The credentials that servers take.
const (
	AccessKey = "archwire-test"
	SecretKey = "a secret of nobody's"
)

// A Server is a server of S3 on a port of this machine.
type Server struct {
	Endpoint string // http://127.0.0.1:PORT
	Folder   string // holds a folder for each bucket, with a file for each object

	mu  sync.Mutex
	cmd *exec.Cmd
	log *bytes.Buffer
}

// Login gives this process the credentials that servers take. What comes from other
// places of AWS is out of its sight.
func Login(t *testing.T) {
	t.Helper()
	for name, value := range Env() {
		t.Setenv(name, value)
	}
}

// Start starts a server, which ends with the test.
func Start(tb testing.TB) *Server {
	tb.Helper()
	s := &Server{Folder: tb.TempDir(), Endpoint: fmt.Sprintf("http://127.0.0.1:%d", testport.Reserve(tb))}
	s.Restart(tb)
	tb.Cleanup(func() {
		s.Kill()
		if tb.Failed() {
			tb.Logf("versitygw said:\n%s", s.log)
		}
	})
	return s
}

// Env is the environment in which a process finds the credentials.
func Env() map[string]string {
	return map[string]string{
		"AWS_ACCESS_KEY_ID": AccessKey, "AWS_SECRET_ACCESS_KEY": SecretKey, "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		"AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_S3": "", "AWS_MAX_ATTEMPTS": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	}
}

// Bucket makes an empty bucket and gives its URL as a store's.
func (s *Server) Bucket(tb testing.TB, name string) (url string) {
	tb.Helper()
	if err := os.Mkdir(filepath.Join(s.Folder, name), 0o700); err != nil {
		tb.Fatal(err)
	}
	return s.URL(name)
}

// URL is a bucket's URL as a store's, whether or not there is one.
func (s *Server) URL(bucket string) string { return "s3://" + bucket + "?endpoint=" + s.Endpoint }

// Kill kills the server.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd != nil {
		s.cmd.Process.Kill() //nolint:errcheck // it may have ended
		s.cmd.Wait()         //nolint:errcheck // it was killed
		s.cmd = nil
	}
}

// Restart starts the server at the same address, over the same folder.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	cmd := exec.Command(program(tb), "--quiet", "--port", strings.TrimPrefix(s.Endpoint, "http://"), "posix", s.Folder)
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+AccessKey, "ROOT_SECRET_KEY="+SecretKey)
	s.log = &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = s.log, s.log
	if err := cmd.Start(); err != nil {
		tb.Fatalf("starting versitygw: %v", err)
	}
	s.cmd = cmd
	var err error
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		var resp *http.Response
		if resp, err = http.Get(s.Endpoint); err == nil {
			resp.Body.Close() //nolint:errcheck // only asked whether it answers
			return
		}
	}
	tb.Fatalf("versitygw does not answer: %v", err)
}

// program is the path of versitygw, which is built when there is none yet. The go command
// is asked once a process: it takes longer than the server does to start.
func program(tb testing.TB) string {
	tb.Helper()
	path, err := built()
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

var built = sync.OnceValues(func() (string, error) {
	_, file, _, _ := runtime.Caller(0)
	cmd := exec.Command("go", "tool", "-n", "github.com/versity/versitygw/cmd/versitygw")
	cmd.Dir = filepath.Join(filepath.Dir(file), "..", "..", "..", "tools", "s3")
	cmd.Env = append(os.Environ(), "GOFLAGS=")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("building versitygw: %w\n%s", err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
})
