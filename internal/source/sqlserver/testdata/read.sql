SELECT t.[id], t.[code], t.[flag], t.[tiny], t.[small], t.[middle], t.[single], t.[double], t.[amount], t.[price], t.[name], t.[odd ]] name], CONVERT(nvarchar(max), t.[doc]), t.[uid], t.[bytes], t.[day], t.[clock], t.[old], t.[older], t.[stamp], t.[instant], CONVERT(bigint, CONVERT(binary(8), t.[version])) FROM [dbo].[every] AS t OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE (t.[id] < CONVERT(bigint, -5)) AND (t.[flag] = 0 OR t.[flag] IS NULL) OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE (t.[id] >= CONVERT(bigint, -5) AND t.[id] < CONVERT(bigint, 1099511627776)) AND (t.[flag] = 0 OR t.[flag] IS NULL) OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE (t.[id] >= CONVERT(bigint, 1099511627776)) AND (t.[flag] = 0 OR t.[flag] IS NULL) OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE t.[id] >= CONVERT(bigint, 48211) OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE t.[day] >= CONVERT(date, '20261120', 112) OR t.[day] IS NULL OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE t.[old] >= CONVERT(datetime, '2026-11-20T12:00:00.003', 126) OR t.[old] IS NULL OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE t.[older] >= CONVERT(datetime2(7), '2026-11-20T12:00:30.000000', 126) OR t.[older] IS NULL OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE t.[stamp] >= CONVERT(datetime2(7), '2026-11-20T00:00:00.000000', 126) OR t.[stamp] IS NULL OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE t.[instant] >= CONVERT(datetimeoffset(7), '2026-11-20 11:00:00.000001 +00:00') OR t.[instant] IS NULL OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE t.[version] >= CONVERT(binary(8), CONVERT(bigint, 48211)) OR t.[version] IS NULL OPTION (MAXDOP 1)

SELECT t.[id], t.[code], t.[flag] FROM [dbo].[every] AS t WHERE EXISTS (SELECT 1 FROM CHANGETABLE(CHANGES [dbo].[every], 41) AS c WHERE c.[id] = t.[id] AND c.[code] = t.[code]) OPTION (MAXDOP 1)
