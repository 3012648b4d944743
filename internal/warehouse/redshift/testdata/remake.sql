ALTER TABLE "finance"."daily" RENAME TO "archwire stage retired x";

INSERT INTO archwire.retired VALUES ('finance', 'archwire stage retired x');

CREATE TABLE "finance"."daily" ("practice_id" BIGINT, "posted_on" DATE, "amount" DECIMAL(38,2)) DISTSTYLE KEY DISTKEY ("practice_id") COMPOUND SORTKEY ("practice_id", "posted_on");

DELETE FROM archwire.copied WHERE LOWER(schema_name || '.' || table_name) = 'finance.daily';

INSERT INTO archwire.copied VALUES ('finance', 'daily', 0, 'practice_id', 'int64'), ('finance', 'daily', 1, 'posted_on', 'date'), ('finance', 'daily', 2, 'amount', 'decimal(38,2)');
