package cli

import (
	"fmt"
	"regexp"
	"strings"

	"archwire"
	"archwire/internal/project"
)

// newSource is a source as the flags of discover say.
func (a *app) newSource(name, engine, dsn string) (project.Source, error) {
	if dsn == "" {
		return project.Source{}, &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%s is a new source and --dsn says not where it is reached", name),
			Hint: fmt.Sprintf("For example: archwire discover %s --dsn '${%s_DSN}'", name, strings.ToUpper(name)),
		}
	}
	address, err := a.expanded("--dsn", dsn)
	if err != nil {
		return project.Source{}, err
	}
	if engine == "" {
		engine = engineOf(address)
	}
	if engine == "" {
		return project.Source{}, &archwire.Error{
			Code: archwire.Invalid, Message: "the address that --dsn gives does not tell of which engine it is",
			Hint: "Write postgres://..., sqlserver://user:password@host:1433?database=name, file:PATH or s3://BUCKET/PREFIX, or name the engine by --engine.",
		}
	}
	return project.Source{Name: name, Engine: engine, DSN: dsn}, nil
}

// schemes are how addresses of engines begin.
var schemes = []struct{ begins, engine string }{
	{"postgres://", "postgres"},
	{"postgresql://", "postgres"},
	{"sqlserver://", "sqlserver"},
	{"file:", project.EngineFiles},
	{"s3://", project.EngineFiles},
}

// keywords is PostgreSQL's other form of an address: host=... dbname=...
var keywords = regexp.MustCompile(`^\s*\w+\s*=[^;]*$`)

// engineOf is the engine that an address is of; "" if it does not tell.
func engineOf(address string) string {
	for _, s := range schemes {
		if strings.HasPrefix(strings.TrimSpace(address), s.begins) {
			return s.engine
		}
	}
	if keywords.MatchString(address) {
		return "postgres"
	}
	return ""
}
