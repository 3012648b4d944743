package statement

import (
	"net/url"

	"archwire"
	"archwire/internal/serve/ledger"
)

// Recorded spells what was asked, for the ledger, which names nobody: values of columns
// that may tell of a person are hashed. The cursor is left out, for it tells where a
// page begins and is a secret to others.
func Recorded(raw string, filters []Filter, secret []byte) string {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return "" // it was read before
	}
	values.Del("cursor")
	for _, f := range filters {
		if f.class == archwire.ClassPublic {
			continue
		}
		name := "filter[" + f.Column + "]"
		hasher := ledger.NewHasher(secret)
		for i, text := range values[name] {
			values[name][i] = f.hashed(text, hasher)
		}
	}
	return values.Encode()
}

// hashed writes one value of the filter with its operator, but hashed.
func (f Filter) hashed(text string, hasher *ledger.Hasher) string {
	op, value := operation(text)
	if op == "null" {
		return text // which is said of many
	}
	before := text[:len(text)-len(value)]
	if parsed, want := ParseValue(value, f.Type); want == "" {
		value = parsed // as answers have it
	}
	return before + hasher.Value(value)
}
