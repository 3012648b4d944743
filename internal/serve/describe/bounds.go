package describe

// How much one answer holds: by default, and at most.
const (
	DefaultLimit = 1000 // of rows or changes
	MaxLimit     = 10_000

	DefaultSlices = 2000 // of a page of a manifest
	MaxSlices     = 10_000

	DefaultExplained = 100 // rows behind a figure
	MaxExplained     = 10_000
)
