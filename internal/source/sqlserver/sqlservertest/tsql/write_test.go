package tsql

import "testing"

func TestRowsAreFilled(t *testing.T) { // CREATE TABLE, IDENTITY, rowversion, DEFAULT, computed columns
	t.Parallel()
	c := enter(t, engine(t))
	c.run(`CREATE TABLE dbo.t (
		id bigint IDENTITY(10, 5) NOT NULL CONSTRAINT pk_t PRIMARY KEY,
		name nvarchar(5) NULL DEFAULT N'none',
		amount decimal(9,2) NOT NULL DEFAULT (0),
		doubled AS (amount * 2) PERSISTED,
		asked AS (GETDATE()),
		version rowversion,
		flag bit SPARSE NULL)`)
	c.run("INSERT dbo.t DEFAULT VALUES; INSERT INTO dbo.t (name, amount) VALUES (NULL, 1.005), (DEFAULT, 2)")
	c.is("SELECT id, name, amount, doubled FROM dbo.t", "10|none|0.00|0.00", "15|NULL|1.01|2.02", "20|none|2.00|4.00")
	c.is("SELECT COUNT(DISTINCT version), CASE WHEN MAX(version) <= @@DBTS THEN 1 END, SCOPE_IDENTITY() FROM dbo.t", "3|1|20")
	c.run("DECLARE @before binary(8) = @@DBTS; UPDATE dbo.t SET amount += 1 WHERE id = 10; IF (SELECT COUNT(*) FROM dbo.t WHERE version > @before) <> 1 THROW 50001, 'x', 1")
	c.fails(544, "INSERT dbo.t (id) VALUES (1)")
	c.run("SET IDENTITY_INSERT dbo.t ON; INSERT dbo.t (id, name) VALUES (100, 'given'); SET IDENTITY_INSERT dbo.t OFF; INSERT dbo.t (name) VALUES ('next')")
	c.is("SELECT id FROM dbo.t WHERE id >= 100", "100", "105")
	c.fails(271, "UPDATE dbo.t SET doubled = 1")
	c.fails(272, "UPDATE dbo.t SET version = 0x00")
	c.fails(273, "INSERT dbo.t (version) VALUES (0x00)")
	c.fails(515, "INSERT dbo.t (amount) VALUES (NULL)")
	c.fails(2628, "INSERT dbo.t (name) VALUES (N'too long')")
	c.fails(8102, "UPDATE dbo.t SET id = 1")
	c.fails(213, "INSERT dbo.t (name) VALUES (1, 2)")
	c.fails(207, "INSERT dbo.t (nothing) VALUES (1)")
}

func TestRowsAreChangedFromOthers(t *testing.T) { // UPDATE, DELETE, INSERT ... SELECT, OUTPUT
	t.Parallel()
	c := enter(t, engine(t))
	c.run("CREATE TABLE dbo.t (id int PRIMARY KEY, v varchar(10)); CREATE TABLE #n (id int, v varchar(10)); INSERT dbo.t VALUES (1,'a'),(2,'b'),(3,'c'); INSERT #n VALUES (2,'B'),(3,'C'),(4,'D')")
	a := c.run("UPDATE t SET v = n.v FROM dbo.t AS t JOIN #n AS n ON n.id = t.id; INSERT INTO dbo.t (id, v) SELECT n.id, n.v FROM #n AS n WHERE NOT EXISTS (SELECT 1 FROM dbo.t AS t WHERE t.id = n.id); DELETE FROM dbo.t WHERE id IN (1, 7)")
	if got := a.done; len(got) != 3 || got[0] != "2" || got[1] != "1" || got[2] != "1" {
		t.Errorf("counts %v", got)
	}
	c.is("SELECT id, v FROM dbo.t", "2|B", "3|C", "4|D")
	c.is("UPDATE dbo.t SET id = id + 1 OUTPUT deleted.id, inserted.id", "2|3", "3|4", "4|5")
	c.is("DELETE TOP (1) FROM dbo.t OUTPUT deleted.v", "B")
	c.run("SELECT id, v INTO dbo.copy FROM dbo.t; DELETE t FROM dbo.t AS t WHERE t.v = 'c'")
	c.is("SELECT id FROM dbo.t UNION ALL SELECT id FROM dbo.copy", "5", "4", "5")
	c.is("WITH x AS (SELECT id FROM dbo.copy) SELECT MAX(id) FROM x", "5")
	c.fails(2627, "INSERT dbo.t VALUES (6, 'x'), (6, 'y')")
	c.run("CREATE UNIQUE INDEX ux ON dbo.t (v)")
	c.fails(2601, "INSERT dbo.t VALUES (7, 'd')")
}

func TestTablesAreDefinedAnew(t *testing.T) { // ALTER TABLE, sp_rename, DROP, CREATE VIEW
	t.Parallel()
	c := enter(t, engine(t))
	c.run("CREATE TABLE dbo.t (id int PRIMARY KEY, a varchar(3), b int); INSERT dbo.t VALUES (1, 'x', 2)")
	c.run("ALTER TABLE dbo.t ADD c int NOT NULL DEFAULT 7, d nvarchar(5) NULL; ALTER TABLE dbo.t DROP COLUMN b; ALTER TABLE dbo.t ALTER COLUMN a varchar(20) NOT NULL; EXEC sp_rename 'dbo.t.c', 'e', 'COLUMN'")
	c.is("SELECT * FROM dbo.t", "1|x|7|NULL")
	c.is("SELECT name, column_id, max_length, is_nullable FROM sys.columns WHERE object_id = OBJECT_ID('dbo.t') ORDER BY column_id", "id|1|4|0", "a|2|20|0", "e|4|4|0", "d|5|10|1")
	c.run("CREATE SCHEMA other")
	c.run("CREATE VIEW other.v AS SELECT id, a + '!' AS loud FROM dbo.t WHERE id < 10")
	c.is("SELECT v.loud FROM other.v AS v", "x!")
	c.fails(2714, "CREATE TABLE dbo.t (id int)")
	c.fails(4901, "ALTER TABLE dbo.t ADD f int NOT NULL")
	c.fails(4924, "ALTER TABLE dbo.t DROP COLUMN nothing")
	c.fails(3701, "DROP TABLE dbo.nothing")
	c.run("DROP VIEW other.v; DROP TABLE IF EXISTS dbo.nothing, dbo.t")
	c.fails(208, "SELECT * FROM dbo.t")
	c.run("CREATE DATABASE second; CREATE TABLE second.dbo.t (id int); INSERT second.dbo.t VALUES (5)")
	c.is("SELECT id FROM second.dbo.t; USE second; SELECT id FROM t", "5", "5")
}

func TestTemporalTableKeepsItsHistory(t *testing.T) { // Temporal tables
	t.Parallel()
	c := enter(t, engine(t))
	c.run(`CREATE TABLE dbo.t (id int PRIMARY KEY, v int, from_at datetime2 GENERATED ALWAYS AS ROW START HIDDEN NOT NULL, to_at datetime2 GENERATED ALWAYS AS ROW END HIDDEN NOT NULL,
		PERIOD FOR SYSTEM_TIME (from_at, to_at)) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.t_history))`)
	c.run("INSERT dbo.t (id, v) VALUES (1, 1); UPDATE dbo.t SET v = 2; DELETE dbo.t")
	c.is("SELECT v FROM dbo.t_history", "1", "2")
	c.is("SELECT name, temporal_type FROM sys.tables ORDER BY name", "t|2", "t_history|1")
	c.fails(13536, "INSERT dbo.t (id, from_at) VALUES (1, '2020-01-01')")
}

func TestWhatIsNoTSQL(t *testing.T) {
	t.Parallel()
	c := enter(t, engine(t))
	for sql, number := range map[string]int32{
		"SELECT 1 FROM":                            102,
		"SELECT * FROM (SELECT 1 AS x)":            102,
		"SELECT 'open":                             105,
		"SELECT /* open":                           113,
		"SELECT 1 LIMIT 1":                         102,
		"INSERT INTO t VALUES (1":                  102,
		"SELECT x FROM sys.tables":                 207,
		"SELECT t.name FROM sys.tables AS s":       4104,
		"SELECT name FROM sys.tables, sys.schemas": 209,
		"SELECT nothing(1)":                        195,
		"SELECT name, COUNT(*) FROM sys.tables":    8120,
		"SELECT 1 WHERE 1":                         4145,
		"SELECT @x":                                137,
		"EXEC nothing":                             2812,
		"SELECT (SELECT 1, 2)":                     116,
		"SELECT (SELECT name FROM sys.types)":      512,
		"USE nowhere":                              911,
		"SET NOTHING ON":                           195,
		"CREATE TABLE t (x nothing)":               2715,
		"SELECT 1 UNION SELECT 1, 2":               205,
		"MERGE t USING u ON 1=1":                   156,
	} {
		c.fails(number, sql)
	}
}

func TestBatchesNeedNoSemicolons(t *testing.T) {
	t.Parallel()
	c := enter(t, engine(t))
	c.is("declare @a int = 1 set @a = @a + 1 if @a = 2 begin select 'two' end else select 'other' select top 1 name from sys.schemas order by schema_id -- end", "two", "dbo")
	c.is("select 1 as [a b], 'x' 'y' from (values (1)) v(c) where c = 1 /* a /* nested */ comment */ select 2", "1|x", "2")
}
