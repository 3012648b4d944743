SELECT CONVERT(varchar(11), o.object_id), s.name, o.name, RTRIM(o.type),
	CONVERT(varchar(20), p.row_count), CONVERT(varchar(20), b.pages * 8192),
	CONVERT(varchar(11), t.is_memory_optimized), CONVERT(varchar(11), t.temporal_type),
	CASE WHEN c.object_id IS NULL THEN '0' ELSE '1' END, CONVERT(varchar(33), o.modify_date, 126)
FROM sys.objects AS o INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
	LEFT OUTER JOIN sys.tables AS t ON t.object_id = o.object_id
	LEFT OUTER JOIN (SELECT object_id, SUM(rows) AS row_count FROM sys.partitions
		WHERE index_id IN (0, 1) GROUP BY object_id) AS p ON p.object_id = o.object_id
	LEFT OUTER JOIN (SELECT q.object_id, SUM(a.used_pages) AS pages
		FROM sys.partitions AS q INNER JOIN sys.allocation_units AS a ON a.container_id = q.partition_id
		WHERE q.index_id IN (0, 1) GROUP BY q.object_id) AS b ON b.object_id = o.object_id
	LEFT OUTER JOIN sys.change_tracking_tables AS c ON c.object_id = o.object_id
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0
	AND HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), 'OBJECT', 'SELECT') = 1
ORDER BY s.name COLLATE Latin1_General_100_BIN2, o.name COLLATE Latin1_General_100_BIN2

SELECT CONVERT(varchar(11), c.object_id), CONVERT(varchar(11), c.column_id), c.name, y.name, b.name,
	CONVERT(varchar(11), c.max_length), CONVERT(varchar(11), c.precision), CONVERT(varchar(11), c.scale), c.collation_name,
	CONVERT(varchar(11), c.is_nullable), CONVERT(varchar(11), c.is_identity), CONVERT(varchar(11), c.is_computed),
	CONVERT(varchar(11), COLUMNPROPERTY(c.object_id, c.name, 'IsDeterministic')), CONVERT(varchar(11), c.is_masked),
	CONVERT(varchar(11), c.encryption_type), CONVERT(varchar(11), y.is_assembly_type),
	CONVERT(varchar(11), k.key_ordinal), CONVERT(varchar(11), n.index_id)
FROM sys.columns AS c INNER JOIN sys.objects AS o ON o.object_id = c.object_id
	INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
	INNER JOIN sys.types AS y ON y.user_type_id = c.user_type_id
	LEFT OUTER JOIN sys.types AS b ON b.user_type_id = c.system_type_id
	LEFT OUTER JOIN (SELECT e.object_id, e.column_id, e.key_ordinal
		FROM sys.index_columns AS e INNER JOIN sys.indexes AS i ON i.object_id = e.object_id AND i.index_id = e.index_id
		WHERE i.is_primary_key = 1 AND e.key_ordinal > 0) AS k ON k.object_id = c.object_id AND k.column_id = c.column_id
	LEFT OUTER JOIN (SELECT e.object_id, e.column_id, MIN(e.index_id) AS index_id
		FROM sys.index_columns AS e INNER JOIN sys.indexes AS i ON i.object_id = e.object_id AND i.index_id = e.index_id
		WHERE e.key_ordinal = 1 AND i.type IN (1, 2) AND i.is_disabled = 0 AND i.has_filter = 0
		GROUP BY e.object_id, e.column_id) AS n ON n.object_id = c.object_id AND n.column_id = c.column_id
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0
	AND HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), 'OBJECT', 'SELECT') = 1
ORDER BY c.object_id, c.column_id

SELECT o.name FROM sys.objects AS o INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE s.name = N'dbo' AND o.name = N'it''s'

SELECT USER_NAME()

SELECT s.name + N'.' + o.name,
	CONVERT(varchar(11), HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), 'OBJECT', 'SELECT'))
FROM sys.objects AS o INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY s.name, o.name

SELECT DISTINCT s.name + N'.' + o.name
FROM sys.security_predicates AS p INNER JOIN sys.security_policies AS y ON y.object_id = p.object_id
	INNER JOIN sys.objects AS o ON o.object_id = p.target_object_id INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE y.is_enabled = 1 AND p.predicate_type_desc = N'FILTER'

SELECT CONVERT(varchar(11), d.retention_period), d.retention_period_units_desc, CONVERT(varchar(11), d.is_auto_cleanup_on),
	CONVERT(varchar(11), t.tables)
FROM sys.change_tracking_databases AS d CROSS JOIN (SELECT COUNT(*) AS tables FROM sys.change_tracking_tables) AS t
WHERE d.database_id = DB_ID()
