// Package orthodontics is the reference project: orthodontic practices, whose
// revenue cycle and whose care live in two PostgreSQL databases. The demo copies
// it out of the binary.
package orthodontics

import "embed"

// Files is the project as it lies in this folder.
//
//go:embed README.md archwire.yaml sources models datasets metrics dashboards checks
var Files embed.FS
