SET TEXTSIZE 2147483647; SET ROWCOUNT 0; SET NOCOUNT OFF; SET XACT_ABORT OFF; SET ANSI_NULLS ON; SET QUOTED_IDENTIFIER ON; SET ANSI_WARNINGS ON; SET ARITHABORT ON; SET CONCAT_NULL_YIELDS_NULL ON; SET LANGUAGE us_english; SET DATEFORMAT ymd; SET DEADLOCK_PRIORITY LOW; SET LOCK_TIMEOUT 10000

SELECT CONVERT(varchar(128), SERVERPROPERTY('ProductVersion')), CONVERT(varchar(11), SERVERPROPERTY('EngineEdition')),
	CONVERT(nvarchar(128), SERVERPROPERTY('Edition')), DB_NAME(), SUSER_SNAME(),
	CONVERT(nvarchar(128), DATABASEPROPERTYEX(DB_NAME(), 'Collation')),
	CONVERT(varchar(11), d.snapshot_isolation_state), CONVERT(varchar(11), d.is_read_only), CONVERT(varchar(33), d.create_date, 126),
	CONVERT(varchar(11), HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE')),
	CONVERT(varchar(11), HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DATABASE STATE')),
	CONVERT(varchar(11), HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UNMASK'))
FROM sys.databases AS d WHERE d.name = DB_NAME()

SELECT TOP (1) s.name, o.name FROM sys.objects AS o INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
	INNER JOIN sys.tables AS t ON t.object_id = o.object_id
WHERE o.is_ms_shipped = 0 AND t.is_memory_optimized = 0 AND t.is_external = 0
	AND HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), 'OBJECT', 'SELECT') = 1
ORDER BY o.object_id

SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION

SELECT CONVERT(varchar(33), SYSUTCDATETIME(), 126), CONVERT(varchar(20), CHANGE_TRACKING_CURRENT_VERSION()), CONVERT(varchar(20), CONVERT(bigint, MIN_ACTIVE_ROWVERSION()))

SELECT CONVERT(varchar(20), t.transaction_sequence_num) FROM sys.dm_tran_current_transaction AS t

SELECT CONVERT(varchar(20), a.transaction_sequence_num) FROM sys.dm_tran_current_snapshot AS a

IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION
