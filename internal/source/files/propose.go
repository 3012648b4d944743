package files

import (
	"context"

	"archwire"
	"archwire/internal/object"
)

func (s *Source) propose(context.Context, []object.Version) ([]archwire.Table, error) {
	return nil, nil
}
