package web

import "time"

// ReadAtMost has pages sum up so many entries of the ledger at once, and no more.
func (h *Handler) ReadAtMost(n int) { h.mostRead = n }

// WaitAtMost has pages wait so long for their turn to make what takes memory.
func (h *Handler) WaitAtMost(d time.Duration) { h.longestWait = d }
