package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"archwire"
	"archwire/examples/orthodontics"
	"archwire/internal/demo"
)

// pmsOnSQLServer is the value of --pms with the variables that it names.
func (a *app) pmsOnSQLServer(flag string) (string, error) {
	dsn, err := a.expanded("--pms", flag)
	if err != nil || dsn == "" {
		return "", err
	}
	u, err := url.Parse(dsn)
	if err != nil || !demo.OnSQLServer(dsn) || u.Host == "" { // what url.Parse says may hold the password
		return "", &archwire.Error{Code: archwire.Invalid, Message: "--pms is not a URL of the form sqlserver://user@host:1433?database=name"}
	}
	if _, secret := u.User.Password(); (secret || u.Query().Has("password")) && !variable.MatchString(flag) {
		return "", &archwire.Error{
			Code: archwire.Invalid, Message: "--pms has a password in it, which others on this machine can read",
			Hint: "Write ${NAME} for a variable of the environment.",
		}
	}
	return dsn, nil
}

// sameEngine makes sure that a demo goes on with the engine that it began with.
func sameEngine(project, pms string) error {
	text, err := os.ReadFile(filepath.Join(project, filepath.FromSlash(orthodontics.PMSFile))) //nolint:gosec // in the demo's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the demo's project: %w", err)
	}
	switch began := bytes.Contains(text, []byte("\nengine: sqlserver\n")); {
	case began && pms == "":
		return &archwire.Error{
			Code: archwire.Conflict, Message: "the practice-management system of this demo is on SQL Server",
			Hint: "Say with --pms where.",
		}
	case !began && pms != "":
		return &archwire.Error{
			Code: archwire.Conflict, Message: "the practice-management system of this demo is on PostgreSQL",
			Hint: "Leave --pms out, or begin anew in another folder.",
		}
	}
	return nil
}
