CREATE TEMP TABLE "archwire wanted" (n INTEGER NOT NULL, tenant BIGINT NOT NULL);

INSERT INTO "archwire wanted" VALUES (0, 7), (2, -8);

CREATE TEMP TABLE "archwire recomputed" ("practice_id" BIGINT, "posted_on" DATE, "amount" DECIMAL(38,2)) DISTKEY ("practice_id");

INSERT INTO "archwire recomputed" ("practice_id", "posted_on", "amount") SELECT "practice_id", "posted_on", "amount" FROM (select practice_id, posted_on, sum(amount) as amount from (SELECT * FROM "rcm"."ledger" WHERE "practice_id" IN (SELECT tenant FROM "archwire wanted")) AS "ledger" group by 1, 2
) AS computed ("practice_id", "posted_on", "amount");

SELECT COUNT(*), COALESCE(SUM(CASE WHEN "posted_on" IS NULL THEN 1 ELSE 0 END), 0), (SELECT COUNT(*) FROM (SELECT 1 AS one FROM "archwire recomputed" GROUP BY "posted_on") AS keys), (SELECT COUNT(*) FROM "archwire recomputed" WHERE ("practice_id" IS NULL OR "practice_id" NOT IN (SELECT tenant FROM "archwire wanted"))), (SELECT COUNT(*) FROM "archwire recomputed" AS mine JOIN (SELECT DISTINCT "posted_on" FROM "finance"."daily" WHERE ("practice_id" IS NULL OR "practice_id" NOT IN (SELECT tenant FROM "archwire wanted"))) AS others ON mine."posted_on" = others."posted_on") FROM "archwire recomputed";

CREATE TEMP TABLE "archwire differing" AS SELECT MIN(tenant) AS tenant, SUM(n) AS n FROM (SELECT tenant, n, STRTOL(SUBSTRING(h, 1, 15), 16) AS h1, STRTOL(SUBSTRING(h, 17, 15), 16) AS h2 FROM (SELECT "practice_id" AS tenant, 1 AS n, MD5(CASE WHEN "practice_id" IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH(CAST("practice_id" AS VARCHAR(64))) AS VARCHAR(20)) || ':' || CAST("practice_id" AS VARCHAR(64)) END || CASE WHEN "posted_on" IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH(TO_CHAR("posted_on", 'YYYY-MM-DD')) AS VARCHAR(20)) || ':' || TO_CHAR("posted_on", 'YYYY-MM-DD') END || CASE WHEN "amount" IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH(CAST("amount" AS VARCHAR(64))) AS VARCHAR(20)) || ':' || CAST("amount" AS VARCHAR(64)) END) AS h FROM "archwire recomputed") AS hashed UNION ALL SELECT tenant, n, STRTOL(SUBSTRING(h, 1, 15), 16) AS h1, STRTOL(SUBSTRING(h, 17, 15), 16) AS h2 FROM (SELECT "practice_id" AS tenant, -1 AS n, MD5(CASE WHEN "practice_id" IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH(CAST("practice_id" AS VARCHAR(64))) AS VARCHAR(20)) || ':' || CAST("practice_id" AS VARCHAR(64)) END || CASE WHEN "posted_on" IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH(TO_CHAR("posted_on", 'YYYY-MM-DD')) AS VARCHAR(20)) || ':' || TO_CHAR("posted_on", 'YYYY-MM-DD') END || CASE WHEN "amount" IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH(CAST("amount" AS VARCHAR(64))) AS VARCHAR(20)) || ':' || CAST("amount" AS VARCHAR(64)) END) AS h FROM "finance"."daily" WHERE "practice_id" IN (SELECT tenant FROM "archwire wanted")) AS hashed) AS both_sides GROUP BY tenant HAVING SUM(n) <> 0 OR SUM(n * h1) <> 0 OR SUM(n * h2) <> 0;

DELETE FROM "finance"."daily" WHERE "practice_id" IN (SELECT tenant FROM "archwire differing");

INSERT INTO "finance"."daily" ("practice_id", "posted_on", "amount") SELECT "practice_id", "posted_on", "amount" FROM "archwire recomputed" WHERE "practice_id" IN (SELECT tenant FROM "archwire differing");

DROP TABLE "archwire recomputed", "archwire wanted", "archwire differing";
