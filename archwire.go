// Package archwire holds the nouns of the product and the seams between its
// parts.
//
// A vertical software vendor runs line-of-business databases; its customers,
// the tenants, and the partners they authorise want one view of the business
// that they can trust. Archwire copies those databases into a warehouse,
// computes the business metrics there, proves that the copy equals the source,
// publishes the result as an immutable snapshot cut into one slice per dataset
// and tenant, and serves to each caller exactly its slices.
//
// Seven verbs name the steps, in this order, in commands, functions, log lines
// and metrics alike:
//
//	discover  the source's catalogue becomes a file of the project
//	extract   rows leave a Source, as of one instant, as Arrow batches
//	load      batches become visible in a Warehouse, all tables at once
//	refresh   models are recomputed in dependency order
//	verify    the copy is compared with the source; checks are run
//	publish   datasets become slices; a Manifest lists them; CURRENT is switched
//	serve     readers are answered from one publication, within one scope
//
// This package imports the standard library and Apache Arrow only. Adapters
// implement its interfaces; each sentence of an interface's doc comment is a
// test in internal/source/sourcetest or internal/warehouse/warehousetest.
package archwire
