package pipeline

// SetFewRows makes tables large that have more rows than that.
func (r *Runner) SetFewRows(n int64) { r.fewRows = n }
