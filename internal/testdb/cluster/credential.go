package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"archwire"
)

// A credential is the user that PostgreSQL's programs run as: they refuse to
// run as root.
type credential struct {
	name     string
	uid, gid int
	change   bool // we are root and must become that user
	reach    bool // and a folder on the way to the data is closed to that user
}

func actor(dir string) (*credential, error) {
	if os.Geteuid() != 0 {
		return &credential{name: strconv.Itoa(os.Geteuid())}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.Atoi(u.Uid)
		gid, errG := strconv.Atoi(u.Gid)
		if errU == nil && errG == nil {
			return &credential{name: name, uid: uid, gid: gid, change: true, reach: !open(filepath.Dir(dir))}, nil
		}
	}
	return nil, &archwire.Error{
		Code:    archwire.Unavailable,
		Message: "PostgreSQL does not run as root, and there is no user postgres to run it as",
		Hint:    "Install it: apt-get install postgresql; or run this as another user than root.",
	}
}

// open says whether any user may walk down to dir.
func open(dir string) bool {
	for {
		if info, err := os.Stat(dir); err == nil && info.Mode()&0o001 == 0 {
			return false
		}
		up := filepath.Dir(dir)
		if up == dir {
			return true
		}
		dir = up
	}
}

// own hands a file to the user.
func (c *credential) own(path string) error {
	if !c.change {
		return nil
	}
	if err := os.Chown(path, c.uid, c.gid); err != nil {
		return fmt.Errorf("handing %s to the user %s: %w", path, c.name, err)
	}
	return nil
}

func (c *credential) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = "/"
	// A group of its own, so that Ctrl-C reaches us first and we end it in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if c.change {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(c.uid), Gid: uint32(c.gid)}
		if c.reach {
			walkAnywhere(cmd.SysProcAttr)
		}
	}
	return cmd
}
