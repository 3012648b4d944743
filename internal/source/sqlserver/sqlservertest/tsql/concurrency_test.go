package tsql

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// TestFollowerSeesEveryChange lets sessions write side by side, deadlocks and all,
// while another follows by change tracking as "Work with Change Tracking" has it.
// Each of its snapshots must be whole (transfers keep the sum), and what it built
// of changes alone must be the table.
func TestFollowerSeesEveryChange(t *testing.T) {
	t.Parallel()
	e := engine(t)
	c := enter(t, e)
	c.run("alter database shop set allow_snapshot_isolation on; alter database shop set change_tracking = on")
	c.run("create table dbo.account (id int not null primary key, balance int not null); alter table dbo.account enable change_tracking; insert dbo.account select value, 100 from generate_series(1, 20)")
	var writers sync.WaitGroup
	for w := range 4 {
		s := enter(t, e)
		writers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 1))
			for range 60 {
				transfer(s, random)
			}
		})
	}
	done := make(chan struct{})
	go func() {
		writers.Wait()
		close(done)
	}()
	f := &follower{session: enter(t, e), t: t, copy: map[string]string{}}
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		f.follow()
	}
}

// transfer moves money, or a whole account to another number; a victim of a
// deadlock has moved nothing.
func transfer(s client, random *rand.Rand) {
	from, to := 1+random.IntN(20), 1+random.IntN(20)
	sql := fmt.Sprintf(`BEGIN TRAN; UPDATE dbo.account SET balance = balance - 1 WHERE id = %d; UPDATE dbo.account SET balance = balance + 1 WHERE id = %d;
		IF @@ROWCOUNT = 1 AND EXISTS (SELECT 1 FROM dbo.account WHERE id = %d) COMMIT ELSE ROLLBACK`, from, to, from)
	if random.IntN(5) == 0 {
		sql = fmt.Sprintf(`IF NOT EXISTS (SELECT 1 FROM dbo.account WHERE id = %d) UPDATE dbo.account SET id = %d WHERE id = %d`, 20+to, 20+to, from)
	}
	if random.IntN(5) == 0 {
		sql = fmt.Sprintf(`IF NOT EXISTS (SELECT 1 FROM dbo.account WHERE id = %d) UPDATE dbo.account SET id = %d WHERE id = %d`, from, from, 20+from)
	}
	a := &answers{}
	_ = s.Batch(context.Background(), "SET XACT_ABORT ON; "+sql, nil, a)
	_ = s.Batch(context.Background(), "IF @@TRANCOUNT > 0 ROLLBACK", nil, a)
}

type follower struct {
	session client
	t       *testing.T
	version string
	copy    map[string]string
}

func (f *follower) follow() {
	s := f.session
	s.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION")
	defer s.run("COMMIT")
	since := f.version
	if since == "" {
		since = "0"
	}
	f.version = s.run("SELECT CHANGE_TRACKING_CURRENT_VERSION()").rows[0]
	changes := s.run("SELECT c.id, c.SYS_CHANGE_OPERATION, t.balance FROM dbo.account AS t RIGHT OUTER JOIN CHANGETABLE(CHANGES dbo.account, " + since + ") AS c ON c.id = t.id").rows
	for _, row := range changes {
		cells := strings.Split(row, "|")
		if cells[1] == "D" {
			delete(f.copy, cells[0])
			continue
		}
		f.copy[cells[0]] = cells[2]
	}
	table, sum := map[string]string{}, 0
	for _, row := range s.run("SELECT id, balance FROM dbo.account").rows {
		id, balance, _ := strings.Cut(row, "|")
		table[id] = balance
		n, _ := strconv.Atoi(balance)
		sum += n
	}
	if sum != 2000 || !maps.Equal(table, f.copy) {
		f.t.Fatalf("at version %s since %s: sum %d, table %v, copy %v, changes %v", f.version, since, sum, table, f.copy, changes)
	}
}

func TestLoadFillsATable(t *testing.T) {
	t.Parallel()
	e := engine(t)
	c := enter(t, e)
	c.run("create table dbo.t (id bigint primary key, v nvarchar(10), twice as (id * 2), rv rowversion)")
	n, err := e.Load("shop", "dbo.t", func(yield func([]any) bool) {
		for i := range int64(1000) {
			if !yield([]any{i, "x", nil, nil}) {
				return
			}
		}
	})
	if err != nil || n != 1000 {
		t.Fatalf("%d %v", n, err)
	}
	c.is("select count(*), sum(twice), count(distinct rv) from dbo.t", "1000|999000|1000")
	if _, err := e.Load("shop", "dbo.nothing", func(func([]any) bool) {}); err == nil || err.(*wire.Error).Number != 208 { //nolint:errorlint // it is bare
		t.Errorf("got %v", err)
	}
}
