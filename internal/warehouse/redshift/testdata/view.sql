CREATE MATERIALIZED VIEW "finance"."daily archwire 1" DISTKEY ("practice_id") AUTO REFRESH NO AS select practice_id, posted_on, sum(amount) as amount from rcm.ledger group by 1, 2;

CREATE VIEW "finance"."daily" AS SELECT CAST("practice_id" AS BIGINT) AS "practice_id", CAST("posted_on" AS DATE) AS "posted_on", CAST("amount" AS DECIMAL(38,2)) AS "amount" FROM "finance"."daily archwire 1";

DELETE FROM archwire.view WHERE model = 'finance.daily';

INSERT INTO archwire.view VALUES ('finance.daily', 1, 'c0fc949a32c866e72f2c5ff058368cec');

REFRESH MATERIALIZED VIEW "finance"."daily archwire 1";

SELECT state FROM svv_mv_info WHERE LOWER(TRIM(database_name)) = 'dev' AND TRIM(schema_name) = 'finance' AND TRIM(name) = 'daily archwire 1';

SELECT state FROM stv_mv_info WHERE LOWER(TRIM(db_name)) = 'dev' AND TRIM(schema) = 'finance' AND TRIM(name) = 'daily archwire 1';

SELECT status FROM sys_mv_refresh_history WHERE LOWER(TRIM(database_name)) = 'dev' AND TRIM(schema_name) = 'finance' AND TRIM(mv_name) = 'daily archwire 1' ORDER BY start_time DESC LIMIT 1;

SELECT status FROM svl_mv_refresh_status WHERE LOWER(TRIM(db_name)) = 'dev' AND TRIM(schema_name) = 'finance' AND TRIM(mv_name) = 'daily archwire 1' ORDER BY starttime DESC LIMIT 1;

CREATE OR REPLACE VIEW "finance"."daily" AS SELECT CAST("practice_id" AS BIGINT) AS "practice_id", CAST("posted_on" AS DATE) AS "posted_on", CAST("amount" AS DECIMAL(38,2)) AS "amount" FROM "finance"."daily archwire 2";

DROP VIEW IF EXISTS "finance"."daily";

DELETE FROM archwire.view WHERE model = 'finance.daily';

CREATE VIEW "finance"."daily" AS SELECT CAST("practice_id" AS BIGINT) AS "practice_id", CAST("posted_on" AS DATE) AS "posted_on", CAST("total" AS DECIMAL(38,2)) AS "Total" FROM "finance"."daily archwire 3";

CREATE TEMP TABLE "archwire differing" AS SELECT MIN(tenant) AS tenant, COUNT(*) AS n, SUM(STRTOL(SUBSTRING(h, 1, 15), 16)) AS h1, SUM(STRTOL(SUBSTRING(h, 17, 15), 16)) AS h2 FROM (SELECT CAST("practice_id" AS VARCHAR(65535)) AS tenant, MD5(CASE WHEN "practice_id" IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH(CAST("practice_id" AS VARCHAR(64))) AS VARCHAR(20)) || ':' || CAST("practice_id" AS VARCHAR(64)) END || CASE WHEN "posted_on" IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH(TO_CHAR("posted_on", 'YYYY-MM-DD')) AS VARCHAR(20)) || ':' || TO_CHAR("posted_on", 'YYYY-MM-DD') END || CASE WHEN "amount" IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH(CAST("amount" AS VARCHAR(64))) AS VARCHAR(20)) || ':' || CAST("amount" AS VARCHAR(64)) END) AS h FROM "finance"."daily") AS hashed GROUP BY tenant || '.';
