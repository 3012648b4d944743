package postgres

import (
	"context"

	"archwire"
)

// Doctor looks at the database as a run would meet it.
func (s *Source) Doctor(ctx context.Context) []archwire.Diagnosis {
	se, err := s.connect(ctx)
	if err != nil {
		return []archwire.Diagnosis{{What: s.cfg.Name + ": connection", Says: err.Error(), Do: archwire.HintOf(err)}}
	}
	defer se.close(ctx)
	return []archwire.Diagnosis{{What: s.cfg.Name + ": connection", OK: true, Says: "the database answers"}}
}
