package publish

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"archwire"
)

// encodeManifest writes m as docs/format/store.md has it.
func encodeManifest(m archwire.Manifest) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // definitions of metrics have < and > in them, for people to read
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return nil, fmt.Errorf("writing the manifest: %w", err)
	}
	return b.Bytes(), nil
}

// manifest reads the manifest of a publication: code NotFound when there is no
// such publication, Invalid when a newer Archwire wrote it, Mismatch when it
// cannot be what was published. Fields that this version does not know are passed
// over.
func (s *Store) manifest(ctx context.Context, id archwire.PublicationID) (archwire.Manifest, error) {
	if !idForm.MatchString(string(id)) {
		return archwire.Manifest{}, unknown(id)
	}
	text, err := s.read(ctx, manifestName(id))
	if archwire.CodeOf(err) == archwire.NotFound {
		return archwire.Manifest{}, unknown(id)
	}
	if err != nil {
		return archwire.Manifest{}, err
	}
	return decodeManifest(id, text)
}

func decodeManifest(id archwire.PublicationID, text []byte) (archwire.Manifest, error) {
	var version struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &version); err != nil {
		return archwire.Manifest{}, broken(fmt.Sprintf("the manifest of publication %s is not readable JSON", id), err)
	}
	if version.Format != format {
		return archwire.Manifest{}, &archwire.Error{
			Code:    archwire.Invalid,
			Message: fmt.Sprintf("publication %s has store format %d; this version of Archwire reads format %d", id, version.Format, format),
			Hint:    "Use the version of Archwire that wrote the store, or a newer one; or name another folder as store in archwire.yaml.",
		}
	}
	var m archwire.Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return archwire.Manifest{}, broken(fmt.Sprintf("the manifest of publication %s is not as the store format has it", id), err)
	}
	if m.ID != id {
		return archwire.Manifest{}, broken(fmt.Sprintf("the manifest of publication %s is that of another one", id), nil)
	}
	return m, nil
}

func unknown(id archwire.PublicationID) error {
	return &archwire.Error{
		Code: archwire.NotFound, Message: fmt.Sprintf("the store has no publication %q", string(id)),
		Hint: "Run archwire publications to see what the store holds.",
	}
}
