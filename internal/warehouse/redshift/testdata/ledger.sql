SELECT COALESCE(MAX(seq), 0) + 1 FROM archwire.change;

DELETE FROM archwire.change WHERE seq < CAST(1 AS BIGINT) AND (relation = 'rcm.payer' OR relation = 'rcm.visit' AND tenant || '.' IN ('1.', 'it''s \\ .'));

INSERT INTO archwire.change VALUES (CAST(1 AS BIGINT), 'rcm.payer', CAST(NULL AS VARCHAR(65535))), (CAST(1 AS BIGINT), 'rcm.visit', '1'), (CAST(1 AS BIGINT), 'rcm.visit', 'it''s \\ ');

SELECT CAST('newest' AS VARCHAR(8)), COALESCE(MAX(seq), 0), CAST(NULL AS VARCHAR(65535)), CAST(NULL AS VARCHAR(65535)) FROM archwire.change UNION ALL SELECT CAST('consumer' AS VARCHAR(8)), seq, "name", mark FROM archwire.consumer WHERE "name" IN ('it''s me', 'you') UNION ALL SELECT CAST('change' AS VARCHAR(8)), seq, relation, tenant FROM archwire.change WHERE relation IN ('rcm.payer', 'rcm.visit') AND seq > (SELECT COALESCE(MIN(seq), 9223372036854775807) FROM archwire.consumer WHERE "name" IN ('it''s me', 'you'));

SELECT run_id, table_name, mode, source_at, source_mark, "rows", COALESCE("position", ''), COALESCE(definition, ''), loaded_at FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY table_name ORDER BY loaded_at DESC, run_id DESC) AS newest FROM archwire.load_journal) j WHERE newest = 1;
