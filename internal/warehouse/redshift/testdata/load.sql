CREATE TABLE "rcm"."archwire stage base 99d4931972ce46d9" ("id" BIGINT, "code" VARCHAR(65535), "practice_id" BIGINT, "ratio" DOUBLE PRECISION, "doc" VARBYTE(32767), "seen" TIMESTAMPTZ, "gone" BOOLEAN) DISTSTYLE KEY DISTKEY ("practice_id") COMPOUND SORTKEY ("practice_id", "id");

CREATE TABLE "rcm"."payer" ("id" BIGINT, "code" VARCHAR(65535)) DISTSTYLE ALL COMPOUND SORTKEY ("id");

CREATE TABLE "rcm"."payer" ("id" BIGINT, "code" VARCHAR(65535)) DISTSTYLE KEY DISTKEY ("code");

COPY "rcm"."archwire stage delta 99d4931972ce46d9" ("id", "code", "practice_id", "ratio", "doc", "seen", "gone") FROM 's3://bucket/prefix/load/x/1.manifest' IAM_ROLE 'arn:aws:iam::123456789012:role/load' REGION 'eu-west-1' MANIFEST FORMAT AS CSV DELIMITER ',' QUOTE '"' NULL AS '~N~x' GZIP ENCODING UTF8 DATEFORMAT 'auto' TIMEFORMAT 'auto' COMPUPDATE OFF STATUPDATE OFF;

SELECT 1 AS one FROM "rcm"."visit" r LEFT JOIN (SELECT u."id", 1 AS archwire_hit FROM (SELECT "id" FROM "rcm"."archwire stage delta 99d4931972ce46d9" UNION ALL SELECT "id" FROM "rcm"."archwire stage removed 99d4931972ce46d9") u GROUP BY u."id") o ON r."id" = o."id" WHERE o.archwire_hit IS NULL UNION ALL SELECT 1 AS one FROM "rcm"."archwire stage delta 99d4931972ce46d9" r WHERE NOT COALESCE(r."gone", false);

UPDATE "rcm"."archwire stage delta 99d4931972ce46d9" SET "scan" = CAST('' AS VARBYTE) WHERE LOWER(TO_HEX("scan")) = '44598b915f561013f253d3fc02035eda';

UPDATE "rcm"."archwire stage delta 99d4931972ce46d9" SET "Second" = CAST('' AS VARBYTE) WHERE LOWER(TO_HEX("Second")) = '44598b915f561013f253d3fc02035eda';

UPDATE "rcm"."archwire stage delta 99d4931972ce46d9" SET "doc" = CAST('' AS VARBYTE) WHERE LOWER(TO_HEX("doc")) = '44598b915f561013f253d3fc02035eda';
