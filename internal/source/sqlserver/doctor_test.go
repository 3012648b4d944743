package sqlserver

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/source/sqlserver/sqlservertest"
)

func diagnosis(t *testing.T, src *Source, what string) archwire.Diagnosis {
	t.Helper()
	all := src.Doctor(t.Context())
	for _, d := range all {
		if d.OK == (d.Do != "") {
			t.Errorf("%s: ok %t with advice %q", d.What, d.OK, d.Do)
		}
		if d.What == "pms: "+what {
			return d
		}
	}
	t.Fatalf("nothing on %s in %+v", what, all)
	return archwire.Diagnosis{}
}

func TestDoctorFindsAGoodSourceGood(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, pair...)
	src := open(t, Config{DSN: b.dsn, Now: time.Now})
	all := src.Doctor(t.Context())
	for _, d := range all {
		if !d.OK {
			t.Errorf("%+v", d)
		}
	}
	if len(all) < 8 {
		t.Errorf("%d findings: %+v", len(all), all)
	}
	if d := diagnosis(t, src, "change tracking"); !strings.Contains(d.Says, "1 tables; changes are kept for 14 days") {
		t.Errorf("%+v", d)
	}
	if d := diagnosis(t, src, "connections"); d.Says != "several connections can read the same instant" {
		t.Errorf("%+v", d)
	}
}

func TestDoctorSaysWhatToDoAbout(t *testing.T) {
	t.Parallel()
	b := doubled(t, sqlservertest.Options{Plain: true})
	b.exec(t, pair[0], pair[1], "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON",
		"ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 12 HOURS, AUTO_CLEANUP = ON)", pair[2])
	dsn := b.user(t, "VIEW DEFINITION")
	weak := open(t, Config{DSN: dsn, Now: func() time.Time { return time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC) }})
	for what, says := range map[string]string{"rights": "2 cannot: dbo.tracked, dbo.untracked", "change tracking": "kept for 12 hours", "clock": "off ours"} {
		if d := diagnosis(t, weak, what); d.OK || !strings.Contains(d.Says, says) {
			t.Errorf("%+v, want %q", d, says)
		}
	}
	if d := diagnosis(t, weak, "connections"); !strings.Contains(d.Says, "of tables with change tracking") {
		t.Errorf("%+v", d)
	}
	if d := diagnosis(t, weak, "encryption"); !d.OK || !strings.Contains(d.Says, "stays on this machine") {
		t.Errorf("%+v", d)
	}
	wrong := open(t, Config{DSN: b.double.URL("lab", url.UserPassword("weak", "wrong")).String()})
	if d := diagnosis(t, wrong, "connection"); d.OK || !strings.Contains(d.Says, "does not let this user in") || strings.Contains(d.Says, "wrong") {
		t.Errorf("%+v", d)
	}
}

// A mask hides a column of a table, and a view over it hides the mask.
func TestDoctorTellsOfMasks(t *testing.T) {
	t.Parallel()
	b := doubled(t, sqlservertest.Options{Plain: true})
	b.exec(t, "CREATE TABLE patient (id int PRIMARY KEY, ssn char(11) MASKED WITH (FUNCTION = 'default()') NOT NULL)")
	dsn := b.user(t, "SELECT")
	told := diagnosis(t, open(t, Config{DSN: dsn}), "masks")
	if !told.OK || told.Says != "masks hide columns of dbo.patient from this user, which are refused" {
		t.Errorf("%+v", told)
	}
	tables, err := open(t, Config{DSN: dsn}).Tables(t.Context())
	if err != nil || len(tables) != 1 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	if c, _ := tables[0].Column("ssn"); !strings.Contains(c.Refused, "GRANT UNMASK") {
		t.Errorf("the column is refused because %q", c.Refused)
	}
	b.exec(t, "CREATE VIEW people AS SELECT id, ssn FROM patient")
	if told = diagnosis(t, open(t, Config{DSN: dsn}), "masks"); told.OK || !strings.Contains(told.Says, "dbo.people") || !strings.Contains(told.Do, "GRANT UNMASK TO [weak]") {
		t.Errorf("%+v", told)
	}
	b.exec(t, "GRANT UNMASK TO weak")
	for _, d := range open(t, Config{DSN: dsn}).Doctor(t.Context()) {
		if strings.HasSuffix(d.What, "masks") {
			t.Errorf("%+v", d)
		}
	}
}

func TestDoctorOfOlderServers(t *testing.T) {
	t.Parallel()
	b := doubled(t, sqlservertest.Options{Version: "13.0.5026.0"})
	if d := diagnosis(t, open(t, Config{DSN: b.dsn}), "version"); !d.OK || !strings.Contains(d.Says, "SQL Server 2016") || !strings.Contains(d.Says, "rows of tables with text are read") {
		t.Errorf("%+v", d)
	}
	b = doubled(t, sqlservertest.Options{Managed: true})
	if d := diagnosis(t, open(t, Config{DSN: b.dsn}), "version"); !d.OK || d.Says != "Azure SQL Managed Instance" {
		t.Errorf("%+v", d)
	}
	b = doubled(t, sqlservertest.Options{Azure: true})
	src := open(t, Config{DSN: b.dsn})
	if d := diagnosis(t, src, "version"); !d.OK || !strings.Contains(d.Says, "Azure SQL Database") {
		t.Errorf("%+v", d)
	}
	if d := diagnosis(t, src, "snapshot"); !d.OK {
		t.Errorf("%+v", d)
	}
}
