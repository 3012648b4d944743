package tsql

import (
	"context"
	"errors"
	"testing"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

func TestCatalogueDescribesTypes(t *testing.T) { // sys.columns, sys.types; max_length and precision of "Data types"
	t.Parallel()
	c := enter(t, engine(t))
	for typ, want := range map[string]string{
		"bit": "bit|1|1|0", "tinyint": "tinyint|1|3|0", "smallint": "smallint|2|5|0", "int": "int|4|10|0", "bigint": "bigint|8|19|0",
		"decimal(9,2)": "decimal|5|9|2", "numeric(38,10)": "numeric|17|38|10", "money": "money|8|19|4", "smallmoney": "smallmoney|4|10|4",
		"float": "float|8|53|0", "real": "real|4|24|0", "float(24)": "real|4|24|0",
		"date": "date|3|10|0", "time(7)": "time|5|16|7", "time(0)": "time|3|8|0", "datetime": "datetime|8|23|3", "smalldatetime": "smalldatetime|4|16|0",
		"datetime2(7)": "datetime2|8|27|7", "datetime2(3)": "datetime2|7|23|3", "datetime2(0)": "datetime2|6|19|0", "datetimeoffset(7)": "datetimeoffset|10|34|7",
		"char(5)": "char|5|0|0", "varchar(max)": "varchar|-1|0|0", "nchar(5)": "nchar|10|0|0", "nvarchar(40)": "nvarchar|80|0|0", "sysname": "nvarchar|256|0|0",
		"text": "text|16|0|0", "ntext": "ntext|16|0|0", "image": "image|16|0|0", "binary(8)": "binary|8|0|0", "varbinary(max)": "varbinary|-1|0|0",
		"uniqueidentifier": "uniqueidentifier|16|0|0", "xml": "xml|-1|0|0", "rowversion": "timestamp|8|0|0", "timestamp": "timestamp|8|0|0", "sql_variant": "sql_variant|8016|0|0",
		"hierarchyid": "hierarchyid|892|0|0", "geography": "geography|-1|0|0", "geometry": "geometry|-1|0|0",
	} {
		c.run("CREATE TABLE dbo.t (x " + typ + ")")
		c.is("SELECT y.name, c.max_length, c.precision, c.scale FROM sys.columns AS c JOIN sys.types AS y ON y.user_type_id = c.user_type_id WHERE c.object_id = OBJECT_ID('dbo.t')", want)
		c.run("DROP TABLE dbo.t")
	}
}

func TestCatalogueDescribesIndexes(t *testing.T) {
	t.Parallel()
	c := enter(t, engine(t))
	c.run("CREATE TABLE dbo.t (a int NOT NULL, b int NOT NULL, at datetime2, CONSTRAINT pk PRIMARY KEY NONCLUSTERED (b, a), INDEX ix (at)); CREATE TABLE dbo.heap (x int); INSERT dbo.t VALUES (1, 2, NULL)")
	c.is(`SELECT i.name, i.index_id, i.type_desc, i.is_primary_key, i.is_unique, k.key_ordinal, COL_NAME(i.object_id, k.column_id) FROM sys.indexes AS i
		LEFT JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id WHERE i.object_id = OBJECT_ID('dbo.t') ORDER BY i.index_id, k.key_ordinal`,
		"NULL|0|HEAP|0|0|NULL|NULL", "pk|2|NONCLUSTERED|1|1|1|b", "pk|2|NONCLUSTERED|1|1|2|a", "ix|3|NONCLUSTERED|0|0|1|at")
	c.is("SELECT SUM(rows) FROM sys.partitions WHERE object_id = OBJECT_ID('dbo.t') AND index_id IN (0, 1)", "1")
	c.is("SELECT OBJECT_ID('dbo.nothing'), OBJECT_ID(N'[dbo].[t]', 'V'), SCHEMA_NAME(1), OBJECT_NAME(OBJECT_ID('t')), DB_NAME()", "NULL|NULL|dbo|t|shop")
}

func TestHistogramCountsEveryRow(t *testing.T) { // sys.dm_db_stats_histogram
	t.Parallel()
	c := enter(t, engine(t))
	c.run("CREATE TABLE dbo.t (id int PRIMARY KEY); INSERT dbo.t SELECT value * 3 FROM GENERATE_SERIES(1, 1000)")
	c.is("SELECT SUM(range_rows + equal_rows), MAX(CONVERT(int, range_high_key)), MIN(CONVERT(int, range_high_key)), CASE WHEN COUNT(*) <= 200 THEN 1 END FROM sys.dm_db_stats_histogram(OBJECT_ID('dbo.t'), 1)", "1000|3000|3|1")
}

func TestUsersSeeWhatTheyWereGranted(t *testing.T) { // GRANT, HAS_PERMS_BY_NAME, "Metadata visibility configuration"
	t.Parallel()
	e, c := shop(t)
	c.run("CREATE TABLE dbo.secret (id int PRIMARY KEY); CREATE VIEW dbo.open_view AS SELECT id FROM dbo.secret")
	c.run("CREATE LOGIN copier WITH PASSWORD = 'p'; CREATE USER copier FOR LOGIN copier; GRANT SELECT, VIEW CHANGE TRACKING ON dbo.t TO copier; GRANT SELECT ON OBJECT::dbo.open_view TO copier")
	s, err := e.Login(context.Background(), wire.Login{User: "copier", Password: "p", Database: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	u := client{t, s}
	u.is("SELECT name FROM sys.objects WHERE type <> 'IT' ORDER BY name", "open_view", "t")
	u.is(`SELECT p.name, o.type_desc, o.is_ms_shipped FROM sys.objects AS o INNER JOIN sys.objects AS p ON p.object_id = o.parent_object_id
		WHERE o.name = N'change_tracking_' + CONVERT(nvarchar(11), p.object_id)`, "t|INTERNAL_TABLE|1")
	u.is("SELECT COUNT(*) FROM dbo.t; SELECT COUNT(*) FROM CHANGETABLE(CHANGES dbo.t, 0) AS c; SELECT COUNT(*) FROM dbo.open_view", "2", "2", "0")
	u.fails(229, "SELECT * FROM dbo.secret")
	u.fails(229, "DELETE dbo.t")
	u.fails(262, "CREATE TABLE dbo.mine (id int)")
	u.fails(300, "SELECT * FROM sys.dm_tran_current_transaction")
	c.run("GRANT VIEW DATABASE STATE TO copier")
	u.fails(300, "SELECT * FROM sys.dm_tran_current_transaction") // which is of the server
	c.fails(4621, "GRANT VIEW SERVER STATE TO copier")
	c.run("USE master; GRANT VIEW SERVER STATE TO copier; USE shop")
	u.is("SELECT transaction_sequence_num, HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') FROM sys.dm_tran_current_transaction", "0|1")
	c.run("USE master; REVOKE VIEW SERVER STATE FROM copier; USE shop; REVOKE VIEW CHANGE TRACKING ON dbo.t FROM copier")
	u.is("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('dbo.t'))", "NULL")
	u.fails(229, "SELECT * FROM CHANGETABLE(CHANGES dbo.t, 0) AS c")
	u.is("SELECT HAS_PERMS_BY_NAME('dbo.t', 'OBJECT', 'SELECT'), HAS_PERMS_BY_NAME('dbo.t', 'OBJECT', 'DELETE'), HAS_PERMS_BY_NAME('dbo.nothing', 'OBJECT', 'SELECT'), HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE'), SUSER_SNAME()",
		"1|0|NULL|0|copier")
	for _, l := range []wire.Login{{User: "copier", Password: "wrong", Database: "shop"}, {User: "nobody", Database: "shop"}, {Token: "x", Database: "shop"}} {
		if _, err := e.Login(context.Background(), l); numberOf(err) != 18456 {
			t.Errorf("%+v: %v", l, err)
		}
	}
	if _, err := e.Login(context.Background(), wire.Login{User: "copier", Password: "p", Database: "nowhere"}); numberOf(err) != 4060 {
		t.Errorf("no database: %v", err)
	}
}

func numberOf(err error) int32 {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return e.Number
	}
	return 0
}
