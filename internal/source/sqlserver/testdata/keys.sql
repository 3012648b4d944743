SELECT 1 FROM [dbo].[every] AS t WHERE t.[id] IN (CONVERT(bigint, -7))

SELECT 1 FROM [dbo].[every] AS t WHERE EXISTS (SELECT 1 FROM (VALUES (CONVERT(varchar(8000), N'it''s' COLLATE SQL_Latin1_General_CP1_CI_AS), '6900740027007300')) AS k ([archwire 0], [archwire 0 exact]) WHERE k.[archwire 0] COLLATE SQL_Latin1_General_CP1_CI_AS = t.[code] AND k.[archwire 0 exact] = CONVERT(varchar(max), CONVERT(varbinary(max), CONVERT(nvarchar(max), t.[code])), 2))

SELECT 1 FROM [dbo].[every] AS t WHERE EXISTS (SELECT 1 FROM (VALUES (N'ünï€', 'FC006E00EF00AC20', CONVERT(bigint, 5))) AS k ([archwire 0], [archwire 0 exact], [archwire 1]) WHERE k.[archwire 0] COLLATE SQL_Latin1_General_CP1_CI_AS = t.[name] AND k.[archwire 0 exact] = CONVERT(varchar(max), CONVERT(varbinary(max), CONVERT(nvarchar(max), t.[name])), 2) AND k.[archwire 1] = t.[middle])

SELECT 1 FROM [dbo].[every] AS t WHERE t.[uid] IN (CONVERT(uniqueidentifier, 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'))

SELECT 1 FROM [dbo].[every] AS t WHERE EXISTS (SELECT 1 FROM (VALUES (0x00FF, '00FF')) AS k ([archwire 0], [archwire 0 exact]) WHERE k.[archwire 0] = t.[bytes] AND k.[archwire 0 exact] = CONVERT(varchar(max), CONVERT(varbinary(max), t.[bytes]), 2))

SELECT 1 FROM [dbo].[every] AS t WHERE t.[amount] IN (CONVERT(decimal(12,2), -0.50))

SELECT 1 FROM [dbo].[every] AS t WHERE t.[double] IN (CONVERT(float, 1E-300))

SELECT 1 FROM [dbo].[every] AS t WHERE t.[flag] IN (CONVERT(bit, 1))

SELECT 1 FROM [dbo].[every] AS t WHERE t.[day] IN (CONVERT(date, '20261120', 112))

SELECT 1 FROM [dbo].[every] AS t WHERE t.[clock] IN (CONVERT(time(7), '00:00:00.000001'))

SELECT 1 FROM [dbo].[every] AS t WHERE t.[old] IN (CONVERT(datetime, '2026-11-20T12:00:00.003', 126))

SELECT 1 FROM [dbo].[every] AS t WHERE t.[stamp] IN (CONVERT(datetime2(7), '2026-11-20T12:00:00.000001', 126))

SELECT 1 FROM [dbo].[every] AS t WHERE t.[instant] IN (CONVERT(datetimeoffset(7), '2026-11-20 12:00:00.000000 +00:00'))
