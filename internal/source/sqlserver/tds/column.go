package tds

import "archwire/internal/source/arrays"

// A column is where the values of one column go, and how they come.
type column struct {
	arrays.Column
	name string

	layout layout
	decode decoding
	size   int     // of values of fixed width
	scale  int     // of the decoding: digits of time, or to shift a decimal by
	limit  uint128 // 10 to the precision of a decimal
	page   *codePage
}
