package wire

import (
	"bytes"
	"runtime"
	"testing"
)

// FuzzRequests reads whatever a client may send: it never panics, and makes room
// for no more than a multiple of what came.
func FuzzRequests(f *testing.F) {
	for kind, example := range map[byte]string{
		kindPrelogin: examplePrelogin, kindLogin: exampleLogin, kindBatch: exampleBatch, kindRPC: exampleCall,
		kindBulk: exampleBulk, kindTransaction: exampleManager,
	} {
		f.Add(kind, said(f, example, kind))
	}
	d := dialect{collation: "SQL_Latin1_General_CP1_CI_AS", lob: LOB{Chunk: 5}}
	for _, v := range values { // a bulk load of each type
		one, err := d.table([]Column{{Name: "c", Type: v.typ, Nullable: true}}, true)
		if err != nil {
			f.Fatal(err)
		}
		b, err := one.appendRow(one.appendColumns(nil), []any{v.value})
		if err != nil {
			f.Fatal(err)
		}
		if len(b) < 4096 {
			f.Add(byte(kindBulk), appendDone(b, tokenDone, 0, 0, 0))
		}
	}
	f.Fuzz(func(t *testing.T, kind byte, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		take(kind, b)
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > uint64(64<<20+200*len(b)) {
			t.Errorf("%d bytes made room for %d", len(b), grown)
		}
	})
}

// take reads a message of a kind.
func take(kind byte, b []byte) {
	r := newReader(bytes.NewReader(b))
	switch kind {
	case kindPrelogin:
		if p, err := parsePrelogin(b); err == nil {
			p.append(nil)
		}
	case kindLogin:
		if l, err := parseLogin(b); err == nil {
			fedAuth(l.features[featureFedAuth]) //nolint:errcheck // it must not panic
		}
	case kindToken:
		parseToken(b) //nolint:errcheck // it must not panic
	case kindBatch:
		readHeaders(r)
		readText(r) //nolint:errcheck // it must not panic
	case kindRPC:
		readHeaders(r)
		new(conn).readCall(r)
	case kindTransaction:
		readHeaders(r)
		readTransaction(r)
	case kindBulk:
		_, types := readColumns(r)
		for _, err := range bulkRows(r, types) {
			if err != nil {
				return
			}
		}
	}
}
