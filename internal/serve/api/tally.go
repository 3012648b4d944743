package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/ledger"
)

// A tally counts the rows that are sent, tenant by tenant: how many, a keyed hash
// of their keys, and the persons in them.
type tally struct {
	parts  []ledger.Part
	keys   int // columns
	person bool
	hasher *ledger.Hasher
	digest hash.Hash
	text   []byte
}

func newTally(d archwire.Dataset, secret []byte) *tally {
	_, person := d.Column(d.Person)
	return &tally{keys: len(d.Key), person: person && d.Person != "", hasher: ledger.NewHasher(secret), digest: hmac.New(sha256.New, secret)}
}

// begin begins the part of a tenant.
func (t *tally) begin(tenant string) {
	t.parts = append(t.parts, ledger.Part{Tenant: tenant})
	t.digest.Reset()
}

// row counts row i of the columns of the key and, behind them, the person's.
func (t *tally) row(columns []arrow.Array, i int) {
	t.parts[len(t.parts)-1].Rows++
	for _, col := range columns[:t.keys] {
		t.text = encode.Text(append(t.text[:0], 0, 0, 0, 0), col, i)
		binary.BigEndian.PutUint32(t.text, uint32(len(t.text)-4)) //nolint:gosec // a key fits into a cursor
		t.digest.Write(t.text)
	}
	t.about(columns, i)
}

// about notes the person that row i is about, with its columns as row has them.
func (t *tally) about(columns []arrow.Array, i int) {
	if t.person && !columns[t.keys].IsNull(i) {
		t.hasher.Add(encode.Text(t.text[:0], columns[t.keys], i))
	}
}

// add counts a row by the texts of its key, and of the person it is about.
func (t *tally) add(key []string, person *string) {
	t.parts[len(t.parts)-1].Rows++
	for _, k := range key {
		t.digest.Write(binary.BigEndian.AppendUint32(t.text[:0], uint32(len(k)))) //nolint:gosec // a key fits into a cursor
		t.digest.Write([]byte(k))
	}
	if person != nil {
		t.hasher.Add([]byte(*person))
	}
}

// end ends the part that was begun last.
func (t *tally) end() {
	part := &t.parts[len(t.parts)-1]
	part.Subjects = t.hasher.Subjects()
	if part.Rows > 0 && t.keys > 0 {
		part.Keys = hex.EncodeToString(t.digest.Sum(nil))
	}
}
