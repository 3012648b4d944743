package tsql

import (
	"testing"
)

func TestStatementsOfASource(t *testing.T) {
	c := enter(t, engine(t))
	c.run("alter database current set allow_snapshot_isolation on; alter database current set change_tracking = on (change_retention = 7 days, auto_cleanup = on)")
	c.run(`create table dbo.payer (id bigint not null primary key, name nvarchar(40) null, rating decimal(5,2), is_deleted bit null, rv rowversion, at datetime2(7))
		create table dbo.growing (id int primary key, updated_at datetime, instant datetimeoffset(7), day date)
		alter table payer enable change_tracking`)
	c.run("insert into payer (id, name, rating, at) values (1, N'a', 1.5, '2026-01-01T00:00:00.0000001'), (1000, N'B', null, null), (1999, N'c', 3, null), (2000, N'd', 4, null)")
	c.is("SELECT [id], [name], rating FROM [dbo].[payer] AS t WHERE t.[id] >= CONVERT(bigint, 1000) AND [id] < CONVERT(bigint, 2000)", "1000|B|NULL", "1999|c|3.00")
	c.is("SELECT CONVERT(varchar(20), CONVERT(bigint, MIN([id]))), CONVERT(varchar(20), CONVERT(bigint, MAX([id]))) FROM [dbo].[payer]", "1|2000")
	c.is("SELECT CONVERT(varchar(20), COUNT_BIG(*)) FROM [dbo].[payer] WHERE ([is_deleted] = 0 OR [is_deleted] IS NULL)", "4")
	c.is("SELECT id FROM payer WHERE [id] IN (CONVERT(bigint, 1), CONVERT(bigint, 100), 2000)", "1", "2000")
	c.is(`SELECT [id] FROM [dbo].[payer] AS t WHERE EXISTS (SELECT 1 FROM (VALUES (N'b', '4200')) AS k ([archwire 0], [archwire 0 exact])
		WHERE k.[archwire 0] = t.[name] AND k.[archwire 0 exact] = CONVERT(varchar(max), CONVERT(varbinary(max), CONVERT(nvarchar(max), t.[name])), 2))`, "1000")
	c.is("SELECT CONVERT(varchar(20), CHANGE_TRACKING_CURRENT_VERSION()), CONVERT(varchar(20), CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID(N'[dbo].[payer]')))", "1|0")
	c.run("update payer set name = 'x' where id = 1 delete payer where id = 2000")
	c.is("SELECT [id], [name] FROM [dbo].[payer] AS t WHERE EXISTS (SELECT 1 FROM CHANGETABLE(CHANGES [dbo].[payer], 1) AS c WHERE c.[id] = t.[id])", "1|x")
	c.is("SELECT c.[id] FROM CHANGETABLE(CHANGES [dbo].[payer], 1) AS c WHERE c.SYS_CHANGE_OPERATION = 'D'", "2000")
	c.is(`SELECT CONVERT(varchar(11), r.[archwire part]), CONVERT(varchar(20), COUNT_BIG(*)), CONVERT(varchar(40), SUM(CONVERT(decimal(38,0), r.[archwire row])))
FROM (SELECT (CONVERT(bigint, SUBSTRING(HASHBYTES('MD5', CONCAT(CONVERT(varchar(max), '' COLLATE Latin1_General_100_BIN2_UTF8),
		ISNULL(CONVERT(varchar(20), DATALENGTH(CONVERT(varchar(20), [id]))) + ':' + CONVERT(varchar(20), [id]), 'N'),
		ISNULL(CONVERT(varchar(20), DATALENGTH(CONVERT(varchar(max), [name] COLLATE Latin1_General_100_BIN2_UTF8))) + ':' + CONVERT(varchar(max), [name] COLLATE Latin1_General_100_BIN2_UTF8), 'N'))), 1, 8)) & CONVERT(bigint, -16)) / 16 & CONVERT(bigint, 1152921504606846975) AS [archwire row],
	CASE WHEN [id] >= CONVERT(bigint, 3000) THEN 3 WHEN [id] >= CONVERT(bigint, 0) THEN (CONVERT(decimal(38,0), [id]) - 0 - (CONVERT(decimal(38,0), [id]) - 0) % 1000) / 1000 ELSE 0 END AS [archwire part]
	FROM [dbo].[payer] WHERE [id] < CONVERT(bigint, 2000)) AS r GROUP BY r.[archwire part]`,
		"0.000000|1|751296397619797187", "1.000000|2|1513196768677428577") // md5("1:11:x") and the sum of md5("4:10001:B") and md5("4:19991:c"), 15 digits each
}
