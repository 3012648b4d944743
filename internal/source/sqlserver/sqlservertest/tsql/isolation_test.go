package tsql

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// shop is an engine with a table of two rows, in which snapshots are allowed and
// changes tracked.
func shop(t *testing.T) (*Engine, client) {
	t.Helper()
	e := engine(t)
	c := enter(t, e)
	c.run("alter database shop set allow_snapshot_isolation on; alter database shop set change_tracking = on")
	c.run("create table dbo.t (id int not null primary key, v nvarchar(20)); alter table dbo.t enable change_tracking; insert dbo.t values (1, N'a'), (2, N'b')")
	return e, c
}

func TestSnapshotBeginsWithTheFirstRead(t *testing.T) { // SET TRANSACTION ISOLATION LEVEL
	t.Parallel()
	e, writer := shop(t)
	reader := enter(t, e)
	reader.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION")
	writer.run("update dbo.t set v = 'before the read' where id = 1")
	reader.is("SELECT v FROM dbo.t WHERE id = 1", "before the read")
	writer.run("update dbo.t set v = 'after' where id = 1; insert dbo.t values (3, 'new'); delete dbo.t where id = 2")
	reader.is("SELECT id, v, CHANGE_TRACKING_CURRENT_VERSION() FROM dbo.t", "1|before the read|2", "2|b|2")
	reader.is("SELECT count(*) FROM CHANGETABLE(CHANGES dbo.t, 2) AS c", "0")
	reader.run("COMMIT")
	reader.is("SELECT id, v FROM dbo.t", "1|after", "3|new")
}

func TestSnapshotIsRefusedWhereItIsNotAllowed(t *testing.T) {
	t.Parallel()
	e := engine(t)
	c := enter(t, e)
	c.run("create table dbo.t (id int)")
	c.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION")
	c.is("SELECT name FROM sys.tables", "t") // the catalogue has no versions
	c.fails(3952, "SELECT id FROM dbo.t")
	c.is("SELECT @@TRANCOUNT", "0")
	c.run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED; alter database shop set allow_snapshot_isolation on; BEGIN TRANSACTION")
	c.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT")
	c.fails(3951, "SELECT id FROM dbo.t")
}

func TestSnapshotConflicts(t *testing.T) { // 3960, 3961
	t.Parallel()
	e, c := shop(t)
	a := enter(t, e)
	a.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION")
	a.is("SELECT v FROM dbo.t WHERE id = 1", "a")
	c.run("update dbo.t set v = 'c' where id = 1")
	a.fails(3960, "UPDATE dbo.t SET v = 'mine' WHERE id = 1")
	a.is("SELECT @@TRANCOUNT, v FROM dbo.t WHERE id = 1", "0|c")

	a.run("BEGIN TRANSACTION")
	a.is("SELECT v FROM dbo.t WHERE id = 2", "b")
	c.run("alter table dbo.t add w int null")
	a.fails(3961, "SELECT v FROM dbo.t WHERE id = 2")
}

func TestWritersLockRows(t *testing.T) {
	t.Parallel()
	e, c := shop(t)
	a := enter(t, e)
	a.run("BEGIN TRANSACTION; UPDATE dbo.t SET v = 'held' WHERE id = 1")
	c.run("UPDATE dbo.t SET v = 'free' WHERE id = 2")
	c.is("SELECT v FROM dbo.t WHERE id = 2", "free")
	c.run("SET LOCK_TIMEOUT 0")
	c.fails(1222, "UPDATE dbo.t SET v = 'mine' WHERE id = 1")
	c.fails(1222, "SELECT v FROM dbo.t")
	c.is("SELECT v FROM dbo.t WITH (NOLOCK) WHERE id = 2", "free")
	c.run("SET LOCK_TIMEOUT -1")
	waiting := make(chan *answers)
	go func() {
		waiting <- c.ask("UPDATE dbo.t SET v = v + ' and more' WHERE id = 1; SELECT v FROM dbo.t WHERE id = 1")
	}()
	until(t, func() bool { return e.waiting() == 1 })
	a.run("COMMIT")
	if got := <-waiting; len(got.rows) != 1 || got.rows[0] != "held and more" {
		t.Errorf("got %v %v", got.rows, got.errors)
	}
}

// waiting is how many transactions wait for another.
func (e *Engine) waiting() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := 0
	for t := range e.active {
		if t.waits != nil {
			n++
		}
	}
	return n
}

func until(t *testing.T, is func() bool) {
	t.Helper()
	for range 10_000 {
		if is() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("it never came")
}

func TestReadersDoNotWaitWhereCommittedVersionsAreKept(t *testing.T) { // READ_COMMITTED_SNAPSHOT
	t.Parallel()
	e, c := shop(t)
	c.run("alter database shop set read_committed_snapshot on")
	a := enter(t, e)
	a.run("BEGIN TRANSACTION; UPDATE dbo.t SET v = 'held' WHERE id = 1")
	c.is("SELECT v FROM dbo.t WHERE id = 1", "a")
	a.is("SELECT v FROM dbo.t WHERE id = 1", "held")
}

func TestDeadlockHasAVictim(t *testing.T) { // 1205
	t.Parallel()
	e, a := shop(t)
	b := enter(t, e)
	a.run("BEGIN TRANSACTION; UPDATE dbo.t SET v = 'a' WHERE id = 1")
	b.run("BEGIN TRANSACTION; UPDATE dbo.t SET v = 'b' WHERE id = 2")
	waiting := make(chan *answers)
	go func() { waiting <- a.ask("UPDATE dbo.t SET v = 'a' WHERE id = 2") }()
	until(t, func() bool { return e.waiting() == 1 })
	b.fails(1205, "UPDATE dbo.t SET v = 'b' WHERE id = 1")
	if got := <-waiting; got.errors != nil {
		t.Errorf("the other one: %v", got.errors)
	}
	a.run("COMMIT")
	b.is("SELECT @@TRANCOUNT, v FROM dbo.t WHERE id = 2", "0|a")
}

func TestStatementThatFailsLeavesNothing(t *testing.T) { // XACT_ABORT
	t.Parallel()
	_, c := shop(t)
	c.run("BEGIN TRANSACTION; INSERT dbo.t VALUES (3, 'c')")
	a := c.ask("INSERT dbo.t VALUES (4, 'd'), (1, 'twice'); SELECT COUNT(*) FROM dbo.t")
	if len(a.errors) != 1 || a.errors[0] != 2627 || len(a.rows) != 1 || a.rows[0] != "3" {
		t.Errorf("got %v %v", a.errors, a.rows)
	}
	c.run("COMMIT")
	c.is("SELECT id FROM dbo.t", "1", "2", "3")
	c.run("SET XACT_ABORT ON; BEGIN TRANSACTION; DELETE dbo.t")
	a = c.ask("INSERT dbo.t VALUES (1, 'a'), (1, 'b'); SELECT 1")
	if len(a.errors) != 1 || len(a.rows) != 0 {
		t.Errorf("got %v %v", a.errors, a.rows)
	}
	c.is("SELECT @@TRANCOUNT, COUNT(*) FROM dbo.t", "0|3")
	c.fails(3902, "COMMIT")
	c.fails(3903, "ROLLBACK")
	c.run("BEGIN TRAN; BEGIN TRAN; DELETE dbo.t; COMMIT")
	c.is("SELECT @@TRANCOUNT", "1")
	c.run("ROLLBACK")
	c.is("SELECT COUNT(*) FROM dbo.t", "3")
}

func TestTryCatch(t *testing.T) { // TRY...CATCH, THROW, XACT_STATE
	t.Parallel()
	_, c := shop(t)
	c.is(`BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH SELECT ERROR_NUMBER(), ERROR_MESSAGE() END CATCH`, "8134|Divide by zero error encountered.")
	c.fails(51000, "BEGIN TRY THROW 51000, 'x', 1 END TRY BEGIN CATCH THROW END CATCH")
	c.is(`SET XACT_ABORT ON; BEGIN TRAN; BEGIN TRY INSERT dbo.t VALUES (1, 'twice') END TRY BEGIN CATCH SELECT XACT_STATE(); ROLLBACK END CATCH; SELECT XACT_STATE()`, "-1", "0")
	c.is("DECLARE @n int = 0, @s nvarchar(10) = ''; WHILE @n < 3 BEGIN SET @n = @n + 1; SELECT @s = @s + CONVERT(nvarchar(1), @n) END; SELECT @s", "123")
	c.is("IF EXISTS (SELECT 1 FROM dbo.t WHERE id = 1) SELECT 'yes' ELSE SELECT 'no'", "yes")
}

func TestAttentionEndsARequest(t *testing.T) {
	t.Parallel()
	e, c := shop(t)
	holder := enter(t, e)
	holder.run("BEGIN TRANSACTION; UPDATE dbo.t SET v = 'held'")
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- c.Batch(ctx, "UPDATE dbo.t SET v = 'mine'", nil, &answers{}) }()
	until(t, func() bool { return e.waiting() == 1 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	holder.run("ROLLBACK")
	c.is("SELECT v FROM dbo.t", "a", "b")
}

func TestSessionIsTakenUpAgain(t *testing.T) { // sp_reset_connection
	t.Parallel()
	e, c := shop(t)
	c.run("CREATE TABLE #mine (id int); USE master; BEGIN TRANSACTION; SET LOCK_TIMEOUT 5; UPDATE shop.dbo.t SET v = 'held'")
	other := enter(t, e)
	other.fails(208, "SELECT * FROM #mine")
	if err := c.Session.(wire.Resetter).Reset(context.Background()); err != nil {
		t.Fatal(err)
	}
	other.is("SELECT v FROM dbo.t", "a", "b")
	c.is("SELECT DB_NAME(), @@TRANCOUNT, @@LOCK_TIMEOUT, OBJECT_ID('tempdb..#mine')", "shop|0|-1|NULL")
}

func TestSnapshotsKnowWhoWasOpen(t *testing.T) { // sys.dm_tran_current_snapshot, sys.dm_tran_current_transaction
	t.Parallel()
	e, c := shop(t)
	const mine, others = "SELECT transaction_sequence_num FROM sys.dm_tran_current_transaction", "SELECT transaction_sequence_num FROM sys.dm_tran_current_snapshot"
	a, b, d := enter(t, e), enter(t, e), enter(t, e)
	for _, s := range []client{a, b, d} {
		s.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION")
	}
	a.is(mine, "0")
	a.run("SELECT 1 FROM dbo.t")
	first := number(a.run(mine).rows[0])
	at := func(n int) string { return strconv.Itoa(first + n) }
	a.is(others)
	b.run("SELECT 1 FROM dbo.t")
	b.is(mine, at(1))
	b.is(others, at(0)) // no other number between: nobody wrote
	c.run("BEGIN TRANSACTION; SELECT 1 FROM dbo.t")
	c.is(mine, "0")
	c.run("UPDATE dbo.t SET v = 'x' WHERE id = 1")
	c.is(mine, at(2))
	d.run("SELECT 1 FROM dbo.t")
	d.is(others, at(0), at(1), at(2))
	c.run("COMMIT")
	d.is(others, at(0), at(1), at(2)) // fixed for its life
	a.is(others)
	c.run("BEGIN TRANSACTION; INSERT dbo.t VALUES (9, 'z')")
	c.is(mine, at(4))
	c.run("ROLLBACK")
}
