package publish

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"archwire"
	"archwire/internal/pseudonym"
)

// A recipe says what a slice is made of for one audience. Equal recipes give equal
// slices, whoever makes them.
type recipe struct {
	Format     int               `json:"format"`
	Audience   string            `json:"audience"`
	Dataset    string            `json:"dataset"`
	Tenant     string            `json:"tenant,omitempty"` // absent where there are no rows: all who have none share the slice
	Profile    archwire.Profile  `json:"profile"`
	Source     string            `json:"source"`               // the SHA-256 of the published slice
	Columns    []string          `json:"columns"`              // in the slice's order, the tenant's first
	Key        int               `json:"key"`                  // how many columns after the first are the key
	Pseudonyms map[string]string `json:"pseudonyms,omitempty"` // the domain of each column that has them
	Location   string            `json:"location,omitempty"`   // the column that is restricted
	Locations  []string          `json:"locations,omitempty"`  // to these values
}

// newRecipe is the recipe of the slice of d that an audience is given in place of
// the published one; not ok when it is given that.
func newRecipe(d archwire.Dataset, v variant, audience string, profile archwire.Profile, locations []string, from archwire.Slice) (r recipe, ok bool) {
	r = recipe{
		Format: format, Audience: audience, Dataset: d.Name, Tenant: from.Tenant, Profile: profile, Source: from.SHA256,
		Columns: v.order(d), Key: len(d.Key),
	}
	if from.Rows == 0 {
		r.Tenant = ""
	}
	for _, c := range v.columns {
		if c.Pseudonymised(profile) {
			if r.Pseudonyms == nil {
				r.Pseudonyms = map[string]string{}
			}
			r.Pseudonyms[c.Name] = c.Pseudonym
		}
	}
	if len(locations) > 0 {
		r.Location, r.Locations = d.Location, locations
	}
	return r, v.cut || len(r.Pseudonyms) > 0 || len(r.Locations) > 0
}

// text spells the recipe.
func (r recipe) text() (string, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("spelling what a slice is made of: %w", err)
	}
	return string(text), nil
}

// A record says which slice was made by a recipe. It is sealed with a key of the
// audience, so that one server can trust what another has made, and nobody takes for
// made what was made under another secret.
type record struct {
	recipe
	Slice string `json:"slice"`
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
	Seal  string `json:"seal"`
}

// sealingKey is what the records of an audience are sealed with.
func sealingKey(secret []byte, audience string) []byte {
	return pseudonym.Derive(secret, "made slices", audience)
}

// sealed is the record with its seal.
func (r record) sealed(key []byte) (record, error) {
	r.Seal = ""
	text, err := json.Marshal(r)
	if err != nil {
		return record{}, fmt.Errorf("sealing a record: %w", err)
	}
	r.Seal = hex.EncodeToString(seal(key, text))
	return r, nil
}

func seal(key, text []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	return mac.Sum(nil)
}

// readRecord reads a record. One that is not of that recipe, or not sealed with that
// key, is none.
func readRecord(text []byte, of string, key []byte) (record, bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var r record
	if err := d.Decode(&r); err != nil {
		return record{}, false
	}
	whole, err := r.sealed(key)
	if err != nil || !hmac.Equal([]byte(whole.Seal), []byte(r.Seal)) || len(r.Slice) != 2*sha256.Size {
		return record{}, false
	}
	is, err := r.text()
	return r, err == nil && is == of
}

const madeFolder = "made/"

// madeName is the object of a made slice, recordName that of its record. The name of
// what it was made from is in front: with that slice it is collected.
func madeName(source, sha string) string { return madePrefix(source) + sha + ".parquet" }

func recordName(source, of string, key []byte) string {
	return madePrefix(source) + hex.EncodeToString(seal(key, []byte(of))) + ".json"
}

func madePrefix(source string) string { return madeFolder + source[:2] + "/" + source + "-" }
