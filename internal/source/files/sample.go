package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"unicode/utf8"

	"archwire/internal/fileform"
)

// sampleBytes is how much of a file discover looks at.
const sampleBytes = 512 << 10

// sample is the beginning of a file in UTF-8, up to its last whole line, and the
// encoding that it seems to have.
func (s *Source) sample(ctx context.Context, f file) (text []byte, encoding string, err error) {
	raw, err := s.begin(ctx, f, "iso-8859-1") // which has a character for each byte
	if err != nil {
		return nil, "", err
	}
	single := make([]byte, 0, len(raw))
	for _, r := range string(raw) {
		single = append(single, byte(r)) //nolint:gosec // of ISO 8859-1
	}
	switch {
	case bytes.HasPrefix(single, []byte("\xff\xfe")):
		encoding = "utf-16le"
	case bytes.HasPrefix(single, []byte("\xfe\xff")):
		encoding = "utf-16be"
	case utf8.Valid(wholeRunes(single)):
		encoding = "utf-8"
	default:
		encoding = "windows-1252"
	}
	if text, err = s.begin(ctx, f, encoding); err != nil {
		return nil, "", err
	}
	if end := bytes.LastIndexByte(text, '\n'); end >= 0 {
		text = text[:end+1]
	}
	return text, encoding, nil
}

// begin reads the beginning of a file.
func (s *Source) begin(ctx context.Context, f file, encoding string) (text []byte, err error) {
	o, err := s.open(ctx, fileform.Form{Encoding: encoding}, f)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	text, err = io.ReadAll(io.LimitReader(o, sampleBytes))
	if err != nil {
		return nil, broken(f, err)
	}
	return text, nil
}

// wholeRunes leaves out a character that the end of a sample has cut.
func wholeRunes(text []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if b := text[len(text)-n]; utf8.RuneStart(b) {
			if !utf8.FullRune(text[len(text)-n:]) {
				return text[:len(text)-n]
			}
			break
		}
	}
	return text
}
