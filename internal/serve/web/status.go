package web

// A status is whether what is in service is as fresh as promised, and how the last run
// ended.
type status struct {
	Within  int      `json:"within_seconds"`
	Late    bool     `json:"late"`
	LastRun *lastRun `json:"last_run"`
}

type lastRun struct {
	State     string `json:"state"`
	StartedAt string `json:"started_at"`
	Verb      string `json:"verb"`
}

// askStatus asks for it.
func (v *visit) askStatus() error {
	a, err := v.ask.Get(v.ctx, "/v1/status", nil)
	if err != nil {
		return err
	}
	doc := struct {
		Data *status `json:"data"`
	}{&v.status}
	return a.Into(&doc)
}
