package project

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"archwire"
)

// withDSN is a project whose source has that dsn, in YAML.
func withDSN(dsn string) fstest.MapFS {
	return fstest.MapFS{
		configFile: {Data: []byte("name: x\ntenant: {noun: practice, table: rcm.a, key: id, label: id}\nstate: sqlite:${DIR}/state.db\n")},
		"sources/rcm.yaml": {Data: []byte("source: rcm\nengine: postgres\ndsn: " + dsn +
			"\ntables: {a: {columns: {id: int64}}}\n")},
	}
}

func environment(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := variables[name]
		return v, ok
	}
}

func TestDSNWithALiteralPasswordIsAComplaintThatDoesNotRepeatIt(t *testing.T) {
	for _, dsn := range []string{
		"postgres://archwire:hunter2@db.example.com/rcm",
		"postgres://${USER}:hunter2@db.example.com/rcm",
		"postgres://archwire:${PASSWORD}hunter2@db.example.com/rcm",
		"postgres://db.example.com/rcm?user=archwire&password=hunter2",
		"postgres://db.example.com/rcm?sslpassword=hunter2",
		"host=db.example.com user=archwire password=hunter2",
		"host=db.example.com PASSWORD = 'hunter2'",
		"'${RCM_DSN hunter2'",
	} {
		_, err := load(withDSN(dsn), noEnv)
		if err == nil {
			t.Errorf("%s: no complaint", dsn)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") || !strings.HasPrefix(err.Error(), "sources/rcm.yaml:3: dsn: ") {
			t.Errorf("%s: got %s", dsn, err)
		}
	}
}

func TestDSNWithoutASecretLoads(t *testing.T) {
	for _, dsn := range []string{
		"${RCM_DSN}",
		"postgres://archwire@db.example.com:5432/rcm?application_name=a@b",
		"postgres://archwire:${PASSWORD}@db.example.com/rcm",
		"postgres://${USER}:${PASSWORD}@${HOST}/rcm",
		"host=db.example.com password=${PASSWORD} sslmode=require",
		"service=rcm",
	} {
		if _, err := load(withDSN(dsn), noEnv); err != nil {
			t.Errorf("%s: got %s", dsn, err)
		}
	}
}

func TestResolveFillsInTheEnvironment(t *testing.T) {
	p, err := load(withDSN("postgres://archwire:${PASSWORD}@${HOST}/rcm"), environment(map[string]string{"PASSWORD": "${HOST}", "HOST": "db", "DIR": "data"}))
	if err != nil {
		t.Fatal(err)
	}
	p.Dir = filepath.FromSlash("/srv/clinic")
	if got, err := p.ResolveDSN(p.Sources[0]); err != nil || got != "postgres://archwire:${HOST}@db/rcm" { // a value is not looked into again
		t.Errorf("dsn: got %q, %v", got, err)
	}
	if got, err := p.ResolveState(); err != nil || got != "sqlite:"+filepath.FromSlash("/srv/clinic/data/state.db") {
		t.Errorf("state: got %q, %v", got, err)
	}
	if got, err := p.ResolveStore(); err != nil || got != "file:"+filepath.FromSlash("/srv/clinic/data/store") {
		t.Errorf("store: got %q, %v", got, err)
	}
}

func TestResolveNamesTheVariablesThatAreNotSet(t *testing.T) {
	p, err := load(withDSN("postgres://archwire:${PASSWORD}@${HOST}/rcm"), environment(map[string]string{"PASSWORD": ""}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.ResolveDSN(p.Sources[0])
	want := "sources/rcm.yaml:3: dsn: the environment variable PASSWORD is not set; set it\n" +
		"sources/rcm.yaml:3: dsn: the environment variable HOST is not set; set it"
	if err == nil || err.Error() != want || archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err = p.ResolveState(); err == nil || !strings.HasPrefix(err.Error(), "archwire.yaml:3: state: ") {
		t.Errorf("got %v", err)
	}
}
