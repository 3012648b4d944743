package problem_test

import (
	"testing"

	"archwire"
	"archwire/internal/serve/problem"
)

func TestEveryCodeHasAKind(t *testing.T) {
	for code, status := range map[archwire.Code]int{
		archwire.Invalid: 400, archwire.NotFound: 404, archwire.Denied: 401, archwire.Conflict: 409,
		archwire.Unavailable: 503, archwire.Mismatch: 500, archwire.Internal: 500,
	} {
		if got := problem.Of(&archwire.Error{Code: code, Message: "x"}).Status; got != status {
			t.Errorf("%s is %d, want %d", code, got, status)
		}
	}
}
