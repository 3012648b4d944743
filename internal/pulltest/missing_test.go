package pulltest

import (
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/pull"
	"archwire/internal/testdb"
)

func TestOpenPostgres_SaysThatTheDatabaseIsMissing(t *testing.T) {
	there := testdb.Postgres(t)
	at := strings.LastIndex(there, "/test_")
	missing := strings.Replace(there, there[at:at+len("/test_")], "/nosuch_", 1)
	_, err := pull.OpenPostgres(t.Context(), pull.PostgresConfig{URL: missing, Now: time.Now})
	if archwire.CodeOf(err) != archwire.NotFound || !strings.Contains(err.Error(), "does not exist") || !strings.Contains(archwire.HintOf(err), "Create the database") {
		t.Errorf("it says %v; %s", err, archwire.HintOf(err))
	}
}
