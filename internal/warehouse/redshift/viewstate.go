package redshift

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
)

// A refreshState is how Redshift would refresh a materialized view, or why it no more can
// (STV_MV_INFO, state).
type refreshState int

// The states.
const (
	fullState        refreshState = 0 // it is computed anew
	incrementalState refreshState = 1
	lostStates       refreshState = 100 // above it: a table or column below is not what it was
	unknownState     refreshState = -1  // the warehouse does not say
)

// A place of a view among those of all databases of a cluster, which the views of the
// system list.
type viewPlace struct{ database, schema, name string }

// viewPlace is that of a model's materialized view.
func (w *Warehouse) viewPlace(model string, number int64) viewPlace {
	return viewPlace{w.place.database, folded(schemaOf(model)), numbered(model, number)}
}

// is is the condition that a row is the view's. Texts are padded with blanks, and names
// are kept in lower case (Names and identifiers).
func (p viewPlace) is(database, schema, name string) string {
	return "LOWER(TRIM(" + database + ")) = " + literal(strings.ToLower(p.database)) + " AND TRIM(" + schema + ") = " + literal(p.schema) +
		" AND TRIM(" + name + ") = " + literal(p.name)
}

// states are queries for a view's state: of SVV_MV_INFO, which provisioned clusters and
// Serverless have, and of STV_MV_INFO, which old clusters have alone.
func (p viewPlace) states() []string {
	return []string{
		"SELECT state FROM svv_mv_info WHERE " + p.is("database_name", "schema_name", "name"),
		"SELECT state FROM stv_mv_info WHERE " + p.is("db_name", "schema", "name"),
	}
}

// ends are queries for how its last refresh ended: of SYS_MV_REFRESH_HISTORY, and of
// SVL_MV_REFRESH_STATUS where that is not there.
func (p viewPlace) ends() []string {
	return []string{
		"SELECT status FROM sys_mv_refresh_history WHERE " + p.is("database_name", "schema_name", "mv_name") + " ORDER BY start_time DESC LIMIT 1",
		"SELECT status FROM svl_mv_refresh_status WHERE " + p.is("db_name", "schema_name", "mv_name") + " ORDER BY starttime DESC LIMIT 1",
	}
}

// first asks one query after the other until one is answered. A view of the system that
// is not there, or may not be read, is no answer.
func first(ctx context.Context, l link, queries []string) (text string, ok bool, err error) {
	for _, q := range queries {
		r, err := lines(ctx, l, q)
		if isNoSuchRelation(err) || isDenied(err) {
			continue
		}
		if err != nil {
			return "", false, err
		}
		if len(r) > 0 && len(r[0]) == 1 {
			return strings.TrimSpace(string(r[0][0])), true, nil
		}
	}
	return "", false, nil
}

func isDenied(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "42501"
}

// viewState asks for the state of a materialized view.
func viewState(ctx context.Context, l link, p viewPlace) (refreshState, error) {
	text, ok, err := first(ctx, l, p.states())
	if err != nil || !ok {
		return unknownState, err
	}
	var state int
	if _, err := fmt.Sscanf(text, "%d", &state); err != nil {
		return unknownState, nil //nolint:nilerr // a state that is no number is none that we know
	}
	return refreshState(state), nil
}

// refreshes is how often a view is refreshed that took in a part of what changed only:
// a transaction that was open kept it from the rest.
const refreshes = 3

// refreshed refreshes a model's materialized view until it holds all that is committed.
func refreshed(ctx context.Context, l link, model string, p viewPlace) error {
	for range refreshes {
		if _, err := l.exec(ctx, "REFRESH MATERIALIZED VIEW "+relation(p.schema, p.name)); err != nil {
			return err
		}
		status, ok, err := first(ctx, l, p.ends())
		if err != nil {
			return err
		}
		switch outcome := outcomeOf(status); {
		case !ok, outcome == refreshDone:
			return nil
		case outcome == refreshFailed:
			return &archwire.Error{
				Code: archwire.Unavailable, Message: "Redshift did not refresh the view of " + model, Hint: "Look at its row of SYS_MV_REFRESH_HISTORY, then run again.",
			}
		}
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "Redshift refreshed the view of " + model + " in a part only: a transaction is open that keeps it from the rest",
		Hint: "End transactions that stay open (SVV_TRANSACTIONS lists them), then run again.",
	}
}

// A refreshOutcome is how a refresh ended.
type refreshOutcome int

const (
	refreshDone refreshOutcome = iota
	refreshPartial
	refreshFailed
)

// outcomeOf reads the status of a refresh by its words: their wording is not promised
// (SVL_MV_REFRESH_STATUS).
func outcomeOf(status string) refreshOutcome {
	lower := strings.ToLower(status)
	switch {
	case strings.Contains(lower, "partial"):
		return refreshPartial
	case strings.Contains(lower, "fail"), strings.Contains(lower, "skip"), strings.Contains(lower, "abort"), strings.Contains(lower, "cancel"):
		return refreshFailed
	}
	return refreshDone
}
