// Package orthodontics is the reference project: orthodontic practices, whose
// revenue cycle and whose care live in two databases, of PostgreSQL both or the
// second of SQL Server. The demo copies it out of the binary.
package orthodontics

import "embed"

// Files is the project as it lies in this folder.
//
//go:embed README.md archwire.yaml sources models datasets metrics dashboards checks
var Files embed.FS

// PMSOnSQLServer takes the place of PMSFile where that database is one of SQL Server.
//
//go:embed sqlserver/pms.yaml
var PMSOnSQLServer []byte

// RCMFile is the source file of the revenue-cycle system, among Files.
const RCMFile = "sources/rcm.yaml"

// PMSFile is the source file of the practice-management system, among Files.
const PMSFile = "sources/pms.yaml"
