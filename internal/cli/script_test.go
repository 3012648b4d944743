package cli_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"archwire/internal/testdb"
	"archwire/internal/testport"
	"archwire/internal/testproc"
)

// TestMain lets the scripts run archwire as a program of its own: the test
// binary under another name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"archwire": func() { testproc.Archwire(os.Getenv("FILE_LIMIT")) },
	})
}

// TestScripts runs testdata/script: the product as its user meets it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		RequireExplicitExec: true,
		WorkdirRoot:         t.TempDir(), // of its own, it leaves one behind; and a longer path leaves Chromium no room for its socket's
		Setup: func(env *testscript.Env) error {
			tb, ok := env.T().(testing.TB)
			if !ok {
				return fmt.Errorf("%T is not a testing.TB", env.T())
			}
			dsn := testdb.Postgres(tb)
			env.Values[testKey{}] = tb
			env.Values[doubleKey{}] = &doubled{}
			env.Values[lockKey{}] = &locked{}
			env.Values[partnerKey{}] = &listener{}
			env.Values[bucketKey{}] = &bucketServer{tb: tb}
			env.Values[planeKey{}] = &controlPlane{tb: tb}
			env.Values[clusterKey{}] = tb
			env.Setenv("SHOP_ADMIN", dsn)
			env.Setenv("SHOP_DSN", dsn)
			testdata, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
			if err != nil {
				return err
			}
			env.Setenv("TESTDATA", testdata)
			env.Setenv("ADDRESS", fmt.Sprintf("127.0.0.1:%d", testport.Reserve(tb)))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"sql":     runSQL,
			"get":     get,
			"status":  exitStatus,
			"shop":    copyShop,
			"reader":  makeReader,
			"lock":    lockTable,
			"unlock":  unlockTable,
			"until":   until,
			"recall":  recall,
			"hook":    hook,
			"keypair": makePair,
			"token":   getToken,
			"signin":  signIn,
			"partner": partner,
			"bucket":  bucket,
			"plane":   plane,
			"cluster": startCluster,

			"standalone": standalone,
			"sqlserver":  emptySQLServer,
			"double":     double,
			"tsql":       tsql,
			"dial":       dial,
		},
	})
}

// copyShop is `shop`: it copies the files of a small project, its sources left
// out, into the working folder.
func copyShop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: shop")
	}
	shop := os.DirFS(filepath.Join(ts.Getenv("TESTDATA"), "shop"))
	ts.Check(fs.WalkDir(shop, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(ts.MkAbs(path), 0o755)
		}
		content, err := fs.ReadFile(shop, path)
		if err != nil {
			return err
		}
		return os.WriteFile(ts.MkAbs(path), content, 0o644)
	}))
}

// makeReader is `reader good|wrong`: SHOP_DSN becomes that of a role that may
// log in and read nothing, with its password or with another.
func makeReader(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: reader good|wrong")
	}
	u, err := url.Parse(ts.Getenv("SHOP_ADMIN"))
	ts.Check(err)
	role := "reader_" + strings.TrimPrefix(u.Path, "/")
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, u.String())
	ts.Check(err)
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	_, err = conn.Exec(ctx, fmt.Sprintf("drop role if exists %s; create role %[1]s login password 'open-sesame'", role), pgx.QueryExecModeSimpleProtocol)
	ts.Check(err)
	password := "open-sesame"
	if args[0] == "wrong" {
		password += "-not"
	}
	u.User = url.UserPassword(role, password)
	ts.Setenv("SHOP_DSN", u.String())
}

// lockTable is `lock TABLE`: nobody can read the table until unlock.
func lockTable(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: lock TABLE")
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, ts.Getenv("SHOP_ADMIN"))
	ts.Check(err)
	_, err = conn.Exec(ctx, "begin; lock table "+args[0]+" in access exclusive mode", pgx.QueryExecModeSimpleProtocol)
	ts.Check(err)
	release := func() { _ = conn.Close(ctx) }
	ts.Value(lockKey{}).(*locked).release = release
	ts.Defer(release)
}

// unlockTable is `unlock`.
func unlockTable(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: unlock")
	}
	ts.Value(lockKey{}).(*locked).release()
}

// A locked holds the lock that a script took.
type locked struct{ release func() }

type lockKey struct{}

// hardly is after how long a script gives up on what must happen.
const hardly = 2 * time.Minute

// until is `until TEXT COMMAND...`: it repeats a command until it prints the text.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until TEXT COMMAND...")
	}
	deadline := time.Now().Add(hardly)
	for {
		err := ts.Exec(args[1], args[2:]...)
		if err == nil && strings.Contains(ts.ReadFile("stdout"), args[0]) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%q was not printed in time: %v", args[0], err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// runSQL is `sql FILE`: it runs a script in the source database.
func runSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sql FILE")
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, ts.Getenv("SHOP_ADMIN"))
	ts.Check(err)
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	_, err = conn.Exec(ctx, ts.ReadFile(args[0]), pgx.QueryExecModeSimpleProtocol)
	ts.Check(err)
}

// recall is `recall NAME REGEXP FILE`: it sets NAME to what the group of the
// expression matches first in a file.
func recall(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: recall NAME REGEXP FILE")
	}
	match := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile(args[2]))
	if len(match) != 2 {
		ts.Fatalf("%s does not hold %s", args[2], args[1])
	}
	ts.Setenv(args[0], match[1])
}

// get is `get STATUS PATH [KEYFILE [TEXT]]`: it asks the server at $ADDRESS, once
// it listens, and writes the answer to standard output. With TEXT it asks until
// the answer holds it.
func get(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: get STATUS PATH [KEYFILE]")
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+ts.Getenv("ADDRESS")+args[1], nil)
	ts.Check(err)
	if len(args) > 2 {
		key, _, _ := strings.Cut(ts.ReadFile(args[2]), "\n")
		req.Header.Set("Authorization", "Bearer "+key)
	}
	deadline := time.Now().Add(hardly)
	for {
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			body, err := io.ReadAll(res.Body)
			ts.Check(errors.Join(err, res.Body.Close()))
			waits := res.StatusCode == http.StatusServiceUnavailable && args[0] != "503" ||
				len(args) > 3 && !strings.Contains(string(body), args[3])
			if !waits {
				answered(ts, args, res.StatusCode, body)
				return
			}
		}
		if time.Now().After(deadline) {
			ts.Fatalf("the server does not answer GET %s as it should: %v", args[1], err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// answered shows an answer to the script and compares its status.
func answered(ts *testscript.TestScript, args []string, status int, body []byte) {
	fmt.Fprintf(ts.Stdout(), "%s\n", body)
	if fmt.Sprint(status) != args[0] {
		ts.Fatalf("GET %s: status %d, want %s", args[1], status, args[0])
	}
}

// exitStatus is `status N COMMAND...`: it runs a command that must end with
// that exit status.
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND [ARG...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = fmt.Sprint(exit.ExitCode())
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}
