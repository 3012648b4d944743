package publish

import (
	"testing"

	"archwire"
)

// A manifest of a store is read by whoever has the store: what is taken is of the
// publication that was asked for, and whatever is not is told with a code.
func FuzzStoreManifest(f *testing.F) {
	const id = archwire.PublicationID("20261121T021400Z-4f9c")
	good, err := encodeManifest(archwire.Manifest{Format: format, ID: id, AsOf: "2026-11-20"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"format": 99}`))
	f.Add([]byte(`{"format": 1, "id": "20261121T021400Z-0000"}`))
	f.Add([]byte(`{"format": 1e9, "datasets": [{}], "metrics": null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := decodeManifest(id, text)
		if err == nil {
			if m.ID != id || m.Format != format {
				t.Errorf("%q is taken for %s", text, id)
			}
			return
		}
		if code := archwire.CodeOf(err); code != archwire.Invalid && code != archwire.Mismatch {
			t.Errorf("%q: %v of code %q", text, err, code)
		}
	})
}

// What lies in the store as the record of a made slice is one only under its seal.
func FuzzRecord(f *testing.F) {
	key := sealingKey([]byte("a secret of the tests"), "north")
	f.Add([]byte(`{"slice":"` + "0000000000000000000000000000000000000000000000000000000000000000" + `","rows":1,"bytes":1,"seal":"00"}`))
	f.Add([]byte(`{"slice":"","seal":""}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if r, ok := readRecord(text, "", key); ok {
			t.Errorf("%q is a record: %+v", text, r)
		}
	})
}
