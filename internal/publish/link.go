package publish

import (
	"context"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/serve/auth"
)

// linkTime is how long a URL of a slice lasts: the shortest that S3 has. It counts in whole
// seconds, from the beginning of the one in which the URL is signed.
const linkTime = time.Second

// Links says whether the store gives URLs by which others read from it.
func (s *Store) Links() bool {
	_, ok := object.As[object.Signer](s.objects)
	return ok
}

// Link gives a URL by which whoever has it can begin to read the slice with that hash from
// the store, as long as the second lasts in which it is signed. It opens to the same
// scopes as Open and lists the same slices; no file is read, and the bytes are not compared
// with the hash. A store that gives no URLs is an error of code Invalid.
func (p *Publication) Link(ctx context.Context, scope auth.Scope, sha string) (signed string, of []archwire.Slice, err error) {
	given, err := p.given(ctx, scope, sha)
	if err != nil {
		return "", nil, err
	}
	if len(given) == 0 {
		return "", nil, noSlice()
	}
	signer, ok := object.As[object.Signer](p.reader.store.objects)
	if !ok {
		return "", nil, &archwire.Error{Code: archwire.Invalid, Message: "the store gives no URLs of slices"}
	}
	signed, err = signer.Sign(ctx, given[0].name(), linkTime)
	return signed, slicesOf(given), err
}
