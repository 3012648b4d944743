package object

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"archwire"
)

func TestClassify(t *testing.T) {
	said := &archwire.Error{Code: archwire.Denied, Message: "said already"}
	for _, c := range []struct {
		err  error
		want archwire.Code
		hint bool
	}{
		{nil, "", false},
		{fs.ErrNotExist, archwire.NotFound, false},
		{syscall.ENOSPC, archwire.Unavailable, true},
		{syscall.EDQUOT, archwire.Unavailable, true},
		{syscall.EACCES, archwire.Unavailable, true},
		{syscall.EROFS, archwire.Unavailable, true},
		{syscall.ENOTDIR, archwire.Invalid, true},
		{syscall.EISDIR, archwire.Invalid, true},
		{syscall.EIO, archwire.Internal, false},
		{said, archwire.Denied, false},
	} {
		err := c.err
		if err != nil {
			err = fmt.Errorf("copying: %w", &os.PathError{Op: "write", Path: "/secret/place", Err: c.err})
		}
		got := classify(err, "writing x")
		if archwire.CodeOf(got) != c.want || (archwire.HintOf(got) != "") != c.hint || (c.err != nil && !errors.Is(got, c.err)) {
			t.Errorf("classify(%v) = %v, code %q, hint %q; want code %q", c.err, got, archwire.CodeOf(got), archwire.HintOf(got), c.want)
		}
	}
	if got := classify(context.Canceled, "writing x"); !errors.Is(got, context.Canceled) {
		t.Errorf("classify(context.Canceled) = %v", got)
	}
}
