SELECT schema_name, table_name, column_name, type FROM archwire.copied WHERE LOWER(schema_name || '.' || table_name) IN ('rcm.ledger', 'odd''s.name') ORDER BY schema_name, table_name, ordinal;
