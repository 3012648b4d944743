package signin

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

// devices makes and reads what a browser keeps of having signed people in: for each
// of the last few a text that only this server, and those that share its secret, can
// make, and that is good for that person's name alone. It opens nothing. It says that
// a try comes from where the person was before, so that strangers who try the same
// name do not slow it down. Nothing is stored of it here.
type devices struct{ seal *Sealer }

const (
	// DeviceLasts is how long a device is known after a person has signed in by it.
	DeviceLasts = 365 * 24 * time.Hour

	deviceBytes = 16 // of its id
	mostNames   = 5  // of people whom one device is known by
	maxDevice   = 1024
)

func newDevices(secret []byte) (*devices, error) {
	seal, err := NewSealer(secret, "devices")
	return &devices{seal}, err
}

// find reads the id of the device off what a browser kept: "" if nobody of that name
// has signed in by it, or not within DeviceLasts.
func (d *devices) find(kept, name string, now time.Time) (id string) {
	for _, text := range pieces(kept) {
		if id := d.open(text, name, now); id != "" {
			return id
		}
	}
	return ""
}

// renew is what a browser is to keep once a person of that name has signed in by it:
// a text for the name, and those of others that it has, as far as there is room.
func (d *devices) renew(kept, name string, now time.Time) string {
	id := []byte(d.find(kept, name, now))
	if len(id) == 0 {
		id = draw(deviceBytes)
	}
	raw := binary.BigEndian.AppendUint64(nil, uint64(now.Unix())) //nolint:gosec // read back the same way
	all := []string{base64.RawURLEncoding.EncodeToString(d.seal.Seal(append(raw, id...), name))}
	size := len(all[0])
	for _, text := range pieces(kept) {
		fits := len(all) < mostNames && size+1+len(text) <= maxDevice // more would not be read again
		if fits && d.open(text, name, now) == "" {
			all = append(all, text)
			size += 1 + len(text)
		}
	}
	return strings.Join(all, ".")
}

// open reads the id off a text for a name; "" if it is none.
func (d *devices) open(text, name string, now time.Time) (id string) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return ""
	}
	raw, err := d.seal.Open(sealed, name)
	if err != nil || len(raw) != 8+deviceBytes {
		return ""
	}
	since := time.Unix(int64(binary.BigEndian.Uint64(raw)), 0) //nolint:gosec // as renew wrote it
	if !now.Before(since.Add(DeviceLasts)) {
		return ""
	}
	return string(raw[8:])
}

// pieces are the texts that a browser kept, as many as it was given.
func pieces(kept string) []string {
	if kept == "" || len(kept) > maxDevice {
		return nil
	}
	all := strings.Split(kept, ".")
	return all[:min(len(all), mostNames)]
}
