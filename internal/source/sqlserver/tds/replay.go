package tds

import (
	"io"

	"archwire"
)

// Decode reads the answer to one batch from src, packets with their headers, as
// Rows does from a connection.
func Decode(src io.Reader, how Reading, yield func(archwire.Batch) bool) error {
	c := newClient(nil)
	c.in = newPackets(src)
	d := newDecoder(how)
	defer d.drop()
	a := &answer{decoder: d, yield: yield}
	if err := c.read(a); err != nil {
		return err
	}
	if a.failure != nil {
		return a.failure
	}
	return nil
}
