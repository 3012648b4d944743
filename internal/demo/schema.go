package demo

import _ "embed"

// RCMSchema is the DDL of the revenue-cycle database: types, tables and the
// comments that state what each column means.
//
//go:embed schema/rcm.sql
var RCMSchema string

// PMSSchema is the DDL of the practice-management database.
//
//go:embed schema/pms.sql
var PMSSchema string

// PMSSQLServerSchema is the DDL of the same tables for SQL Server.
//
//go:embed schema/pms.sqlserver.sql
var PMSSQLServerSchema string
