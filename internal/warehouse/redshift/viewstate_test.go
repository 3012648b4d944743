package redshift

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// missing is what a cluster says of a view of the system that it has not, and denied
// what it says of one that may not be read.
var (
	missing = &pgconn.PgError{Severity: "ERROR", Code: "42P01", Message: `relation "x" does not exist`}
	denied  = &pgconn.PgError{Severity: "ERROR", Code: "42501", Message: "permission denied for relation x"}
)

// Each view of the system is asked where the one before it does not answer: the same
// comes of it.
func TestViewState_AsksOlderViewsOfTheSystem(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	r.ledger(t, "1, 1, 1.50, "+march)
	r.refresh(t, viewDaily)
	for name, faults := range map[string]map[string]*pgconn.PgError{
		"all answer":                          {},
		"no SVV_MV_INFO":                      {"svv_mv_info": missing},
		"SVV_MV_INFO is not to be read":       {"svv_mv_info": denied},
		"no SYS_MV_REFRESH_HISTORY":           {"sys_mv_refresh_history": missing},
		"none of the histories":               {"sys_mv_refresh_history": missing, "svl_mv_refresh_status": denied},
		"neither SVV_MV_INFO nor STV_MV_INFO": {"svv_mv_info": missing, "stv_mv_info": missing},
	} {
		r.server.Calm()
		for match, err := range faults {
			r.server.Inject(redshifttest.Fault{Match: match, Error: err})
		}
		r.sql(t, "UPDATE rcm.ledger SET amount = amount + 1")
		before := rowsOf(t, r, "select sum(amount) from rcm.ledger")
		r.refresh(t, viewDaily)
		r.want(t, "select sum(amount) from finance.daily", before...)
		if n := r.server.Waiting(); n > 0 {
			t.Errorf("%s: %d views of the system were not asked", name, n)
		}
		if n := r.numberOf(t, "finance.daily"); n != 1 {
			t.Errorf("%s: it is the view %d", name, n)
		}
	}
	err := r.session(t.Context(), func(l link) error {
		state, err := viewState(t.Context(), l, r.viewPlace("finance.daily", 1))
		if state != incrementalState {
			t.Errorf("the state is %d, want that of an incremental one", state)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestViewState_OnServerless(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{Serverless: true})
	r.ledger(t, "1, 1, 1.50, "+march)
	for range 2 {
		r.refresh(t, viewDaily)
	}
	r.want(t, "select n from finance.daily", "1")
}

// The texts are those that the documentation lists (SVL_MV_REFRESH_STATUS).
func TestOutcomeOf(t *testing.T) {
	for status, want := range map[string]refreshOutcome{
		"Refresh successfully updated MV incrementally":                          refreshDone,
		"Refresh successfully recomputed MV from scratch":                        refreshDone,
		"Refresh partially updated MV incrementally up to an active transaction": refreshPartial,
		"MV was already updated":                                                 refreshDone,
		"Refresh failed. Base table column was renamed":                          refreshFailed,
		"Refresh failed due to an internal error":                                refreshFailed,
		"": refreshDone,
	} {
		if got := outcomeOf(status); got != want {
			t.Errorf("%q is %d, want %d", status, got, want)
		}
	}
}

// A refresh whose connection is lost, before a statement or after it, is done again and
// happens once; one that meets a conflict, too.
func TestRefresh_GoesOnAfterFaults(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	r.ledger(t, "1, 1, 1.50, "+march, "2, 2, 1.50, "+march)
	table := viewDaily
	table.Materialized = archwire.AsTable
	r.refresh(t, table)
	r.changed(t, "finance.daily")
	for name, fault := range map[string]redshifttest.Fault{
		"cut before computing":  {Match: `(?i)^insert into "archwire recomputed"`, CutBefore: true},
		"cut after computing":   {Match: `(?i)^insert into "archwire recomputed"`, CutAfter: true},
		"cut in the midst":      {Match: `(?i)^delete from "finance"`, CutAfter: true},
		"cut before the commit": {Match: `(?i)^commit`, CutBefore: true},
		"cut after the commit":  {Match: `(?i)^commit`, CutAfter: true},
		"a conflict":            {Match: `(?i)^insert into "finance"`, Error: redshifttest.Conflict},
	} {
		r.sql(t, "UPDATE rcm.ledger SET amount = amount + 1 WHERE practice_id = 2")
		want := rowsOf(t, r, "select amount from rcm.ledger order by id")
		r.server.Inject(fault)
		r.refresh(t, table)
		if n := r.server.Waiting(); n > 0 {
			t.Errorf("%s: the fault did not happen", name)
			r.server.Calm()
		}
		r.want(t, "select amount from finance.daily order by practice_id", want...)
		if p := r.changed(t, "finance.daily"); len(p.Tenants) != 1 || p.Tenants[0] != "2" || len(p.All) > 0 {
			t.Errorf("%s: changed are %+v", name, p)
		}
	}
}
