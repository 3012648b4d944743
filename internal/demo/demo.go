// Package demo makes the reference project's two source databases: a
// revenue-cycle system (rcm) and a practice-management system (pms) of
// invented orthodontic practices, with the structure and the distributions
// of the field.
package demo
