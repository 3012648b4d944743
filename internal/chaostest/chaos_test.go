// Package chaostest kills runs at random moments of random histories, cuts and
// stalls their connections, restarts the database and fills the disk, while people
// alter tables, change the project and put older publications into service, and files
// come by halves, twice, late, spoilt or not at all. Whatever happens, what is in
// service must show the source as it was after one of its transactions, and the files
// as they were after one of their changes; and in the end copies, models and publication must be what a
// first run makes of the same source.
package chaostest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// The lengths: of the short form, which runs with all tests, and of one history
// of the long form, of which there are as many as CHAOS_KILLS asks for.
const (
	shortKills, shortFaults = 8, 4
	killsEach, faultsEach   = 25, 15

	clusterKills, clusterFaults = 3, 1
)

// A place is where histories are: what CHAOS_WAREHOUSE and CHAOS_SOURCE say. "" is
// the embedded warehouse, and PostgreSQL.
type stage struct{ warehouse, source string }

// The stages other than those.
const (
	redshift    = "redshift"  // Redshift's double as the warehouse
	onSQLServer = "sqlserver" // SQL Server as the source
)

// TestChaos prints how to make each of its histories once more, as far as time
// allows: what the operating system does in between is its own.
func TestChaos(t *testing.T) {
	seed, kills := setting(t, "CHAOS_SEED", rand.Uint64N(1_000_000)), setting(t, "CHAOS_KILLS", 0)
	where := stage{named(t, "CHAOS_WAREHOUSE", "duckdb", redshift), named(t, "CHAOS_SOURCE", "postgres", onSQLServer)}
	if kills == 0 {
		live(t, seed, where, shortKills, shortFaults)
		return
	}
	for n := uint64(0); n*killsEach < kills; n++ {
		live(t, seed+n, where, killsEach, faultsEach)
	}
}

// TestChaosOnRedshift is the shortest form of a history whose warehouse is Redshift's
// double: the same one each time. CHAOS_WAREHOUSE=redshift make chaos lives through
// others.
func TestChaosOnRedshift(t *testing.T) {
	live(t, setting(t, "CHAOS_SEED", 77), stage{warehouse: redshift}, clusterKills, clusterFaults)
}

// TestChaosOnSQLServer is the shortest form of a history whose source is SQL Server:
// the same one each time. CHAOS_SOURCE=sqlserver make chaos lives through others.
func TestChaosOnSQLServer(t *testing.T) {
	live(t, setting(t, "CHAOS_SEED", 77), stage{source: onSQLServer}, clusterKills, clusterFaults)
}

// named is what a variable names: the other of two, or "" for the usual one.
func named(t *testing.T, variable, usual, other string) string {
	t.Helper()
	switch where := os.Getenv(variable); where {
	case "", usual:
		return ""
	case other:
		return other
	default:
		t.Fatalf("%s=%s is neither %s nor %s", variable, where, usual, other)
		return ""
	}
}

func setting(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s=%s is not a number", name, text)
	}
	return n
}

// live lives through one history, until so many runs were killed and so many met
// other trouble.
func live(t *testing.T, seed uint64, where stage, kills, faults int) {
	t.Helper()
	t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
		y := newTally()
		defer y.log(t)
		again, test := fmt.Sprintf("CHAOS_SEED=%d", seed), "TestChaos"
		var c *redshiftCluster
		if where.warehouse != "" {
			c = startCluster(t)
			again += " CHAOS_WAREHOUSE=" + where.warehouse
		}
		var db *database
		if where.source == "" {
			db = startDatabase(t, newPostgres(t), postgresSchema)
		} else {
			s := newSQLServer(t)
			db = startDatabase(t, s, s.schema(t)...)
			again += " CHAOS_SOURCE=" + where.source
		}
		h := newHistory(t, seed, y, db, c)
		y.files = h.inbox.tally
		switch kills {
		case killsEach:
			again += fmt.Sprintf(" CHAOS_KILLS=%d", kills)
		case clusterKills:
			test = "TestChaosOnRedshift"
			if where.source != "" {
				test = "TestChaosOnSQLServer"
			}
		}
		t.Log(again + " go test -tags duckdb_arrow -count=1 -v -run '^" + test + "$' ./internal/chaostest\nmakes this history once more")
		for y.kills < kills || y.faults() < faults {
			trouble := h.trouble(kills-y.kills, faults-y.faults())
			if y.kills < 2 {
				trouble = "kill" // the first copy
			}
			h.round(t, trouble)
			if t.Failed() {
				return
			}
		}
		h.end(t)
	})
}

// trouble chooses what befalls the next run; now and then nothing does.
func (h *history) trouble(kills, faults int) string {
	kinds := []string{"restart", "crash", "stop", "cut", "stall", "choke", "disk", "full", "full"}
	if h.server { // it is not ours to restart
		kinds = kinds[2:]
	}
	if h.cluster != nil {
		kinds = append(kinds, "sever", "sever", "sever")
	}
	n := h.author.rng.IntN(max(kills, 0) + max(faults, 0) + 1)
	switch {
	case n < kills:
		return "kill"
	case n < max(kills, 0)+faults:
		return kinds[h.author.rng.IntN(len(kinds))]
	}
	return ""
}
