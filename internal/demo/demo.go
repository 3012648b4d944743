// Package demo makes the reference project's two source databases: a
// revenue-cycle system (rcm) and a practice-management system (pms) of
// invented orthodontic practices, with the structure and the distributions
// of the field. Both lie in PostgreSQL, or pms in SQL Server, with the same rows.
package demo
