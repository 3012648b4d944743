package tsql

import "testing"

// All of these are from "Work with Change Tracking (SQL Server)" and the pages of
// its functions.

func TestChangesAreNet(t *testing.T) {
	t.Parallel()
	_, c := shop(t)
	c.is("SELECT CHANGE_TRACKING_CURRENT_VERSION(), CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('dbo.t'))", "1|0")
	c.run("UPDATE dbo.t SET v = 'x' WHERE id = 1") // 2
	c.run("INSERT dbo.t VALUES (3, 'new')")        // 3
	c.run("UPDATE dbo.t SET v = 'y' WHERE id = 3") // 4
	c.run("DELETE dbo.t WHERE id = 2")             // 5
	c.is("SELECT id, SYS_CHANGE_OPERATION, SYS_CHANGE_VERSION, SYS_CHANGE_CREATION_VERSION FROM CHANGETABLE(CHANGES dbo.t, 1) AS c ORDER BY id",
		"1|U|2|NULL", "2|D|5|NULL", "3|I|4|3")
	c.is("SELECT id, SYS_CHANGE_OPERATION FROM CHANGETABLE(CHANGES dbo.t, 3) AS c ORDER BY id", "2|D", "3|U")
	c.is("SELECT id, SYS_CHANGE_OPERATION FROM CHANGETABLE(CHANGES dbo.t, 0) AS c ORDER BY id", "1|I", "2|D", "3|I")
	c.is("SELECT COUNT(*) FROM CHANGETABLE(CHANGES dbo.t, 5) AS c", "0")
	c.run("INSERT dbo.t VALUES (2, 'again')") // 6
	c.is("SELECT id, SYS_CHANGE_OPERATION FROM CHANGETABLE(CHANGES dbo.t, 5) AS c", "2|I")
	c.is(`SELECT c.id, t.v, c.SYS_CHANGE_OPERATION FROM dbo.t AS t RIGHT OUTER JOIN CHANGETABLE(CHANGES dbo.t, 4) AS c ON t.id = c.id`, "2|again|I")
}

func TestATransactionIsOneVersion(t *testing.T) {
	t.Parallel()
	_, c := shop(t)
	c.run("BEGIN TRAN; INSERT dbo.t VALUES (3, 'c'); UPDATE dbo.t SET v = 'd' WHERE id = 3; UPDATE dbo.t SET id = 9 WHERE id = 1; COMMIT")
	c.is("SELECT id, SYS_CHANGE_OPERATION, SYS_CHANGE_VERSION FROM CHANGETABLE(CHANGES dbo.t, 1) AS c ORDER BY id", "1|D|2", "3|I|2", "9|I|2")
	c.run("BEGIN TRAN; DELETE dbo.t; ROLLBACK; UPDATE dbo.t SET v = v WHERE id = -1")
	c.is("SELECT CHANGE_TRACKING_CURRENT_VERSION()", "2")
	c.is("SELECT SYS_CHANGE_VERSION, id FROM CHANGETABLE(VERSION dbo.t, (id), (3)) AS c", "2|3")
}

func TestVersionsGoOutOfDate(t *testing.T) {
	t.Parallel()
	e, c := shop(t)
	c.run("UPDATE dbo.t SET v = 'x' WHERE id = 1") // 2
	c.run("UPDATE dbo.t SET v = 'x' WHERE id = 2") // 3
	e.CleanUp("shop", 2)
	c.is("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('dbo.t')), CHANGE_TRACKING_CURRENT_VERSION()", "2|3")
	c.is("SELECT id FROM CHANGETABLE(CHANGES dbo.t, 2) AS c", "2")
	// After TRUNCATE TABLE "the minimum valid version is updated. When an
	// application checks its version, the check indicates that the version is too
	// old": that of whoever was up to date, too.
	c.run("TRUNCATE TABLE dbo.t")
	c.is("SELECT CASE WHEN CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('dbo.t')) > 3 THEN 1 ELSE 0 END, (SELECT COUNT(*) FROM CHANGETABLE(CHANGES dbo.t, 3) AS c)", "1|0")
	// So does switching it off and on.
	c.run("INSERT dbo.t VALUES (1, 'a'); ALTER TABLE dbo.t DISABLE CHANGE_TRACKING")
	c.fails(22105, "SELECT * FROM CHANGETABLE(CHANGES dbo.t, 0) AS c")
	c.is("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('dbo.t'))", "NULL")
}

func TestTrackingIsRefused(t *testing.T) {
	t.Parallel()
	e := engine(t)
	c := enter(t, e)
	c.run("CREATE TABLE dbo.t (id int not null primary key); CREATE TABLE dbo.heap (id int)")
	c.is("SELECT CHANGE_TRACKING_CURRENT_VERSION()", "NULL")
	c.fails(22105, "SELECT * FROM CHANGETABLE(CHANGES dbo.t, 0) AS c")
	c.run("ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS, AUTO_CLEANUP = OFF)")
	c.fails(5088, "ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON")
	c.fails(4997, "ALTER TABLE dbo.heap ENABLE CHANGE_TRACKING")
	c.run("ALTER TABLE dbo.t ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)")
	c.fails(4996, "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING")
	c.fails(22104, "SELECT * FROM CHANGETABLE(CHANGES dbo.t, 0)")
	c.fails(22115, "ALTER DATABASE CURRENT SET CHANGE_TRACKING = OFF")
	c.is("SELECT is_auto_cleanup_on, retention_period, retention_period_units_desc FROM sys.change_tracking_databases WHERE database_id = DB_ID()", "0|14|DAYS")
	c.is("SELECT OBJECT_NAME(object_id), is_track_columns_updated_on, min_valid_version FROM sys.change_tracking_tables", "t|1|0")
}
