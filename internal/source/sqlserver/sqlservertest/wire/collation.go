package wire

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// A collation is what the wire says of one ([MS-TDS] 2.2.5.1.2): LCID, flags,
// version and the sort order of SQL collations.
type collation [5]byte

// Flags of a collation, as bits of its first four bytes.
const (
	ignoreCase   = 1 << 20
	ignoreAccent = 1 << 21
	ignoreKana   = 1 << 22
	ignoreWidth  = 1 << 23
	binaryOrder  = 1 << 24
	binary2Order = 1 << 25
	utf8Data     = 1 << 26
	versionAt    = 28
)

// A language is the beginning of a Windows collation's name, its LCID and the
// page of its characters ("Windows Collation Name", "Collation and Unicode Support").
type language struct {
	lcid uint32
	page encoding.Encoding
}

var languages = map[string]language{
	"Latin1_General":        {0x0409, charmap.Windows1252},
	"French":                {0x040c, charmap.Windows1252},
	"German_PhoneBook":      {0x10407, charmap.Windows1252},
	"Modern_Spanish":        {0x0c0a, charmap.Windows1252},
	"Finnish_Swedish":       {0x040b, charmap.Windows1252},
	"Polish":                {0x0415, charmap.Windows1250},
	"Czech":                 {0x0405, charmap.Windows1250},
	"Cyrillic_General":      {0x0419, charmap.Windows1251},
	"Greek":                 {0x0408, charmap.Windows1253},
	"Turkish":               {0x041f, charmap.Windows1254},
	"Hebrew":                {0x040d, charmap.Windows1255},
	"Arabic":                {0x0401, charmap.Windows1256},
	"Lithuanian":            {0x0427, charmap.Windows1257},
	"Vietnamese":            {0x042a, charmap.Windows1258},
	"Thai":                  {0x041e, charmap.Windows874},
	"Japanese":              {0x0411, japanese.ShiftJIS},
	"Chinese_PRC":           {0x0804, simplifiedchinese.GBK},
	"Korean_Wansung":        {0x0412, korean.EUCKR},
	"Chinese_Taiwan_Stroke": {0x0404, traditionalchinese.Big5},
}

// sorted are SQL collations by name: their sort order ("SQL Server Collation Name").
var sorted = map[string]struct {
	id   byte
	page encoding.Encoding
	bits uint32
}{
	"SQL_Latin1_General_CP1_CS_AS":    {51, charmap.Windows1252, ignoreKana | ignoreWidth},
	"SQL_Latin1_General_CP1_CI_AS":    {52, charmap.Windows1252, ignoreCase | ignoreKana | ignoreWidth},
	"SQL_Latin1_General_CP1_CI_AI":    {54, charmap.Windows1252, ignoreCase | ignoreAccent | ignoreKana | ignoreWidth},
	"SQL_Latin1_General_CP437_CI_AS":  {32, charmap.CodePage437, ignoreCase | ignoreKana | ignoreWidth},
	"SQL_Latin1_General_CP850_CI_AS":  {42, charmap.CodePage850, ignoreCase | ignoreKana | ignoreWidth},
	"SQL_Latin1_General_CP1250_CI_AS": {82, charmap.Windows1250, ignoreCase | ignoreKana | ignoreWidth},
	"SQL_Latin1_General_CP1251_CI_AS": {106, charmap.Windows1251, ignoreCase | ignoreKana | ignoreWidth},
}

// collationOf finds a collation by its name; the page is nil for UTF-8.
func collationOf(name string) (collation, encoding.Encoding, error) {
	if s, ok := sorted[name]; ok {
		return packCollation(0x0409|s.bits, s.id), s.page, nil
	}
	for prefix, l := range languages {
		if rest, ok := strings.CutPrefix(name, prefix+"_"); ok {
			bits := l.lcid | ignoreCase | ignoreAccent | ignoreKana | ignoreWidth
			return windowsCollation(name, strings.Split(rest, "_"), bits, l.page)
		}
	}
	return collation{}, nil, fmt.Errorf("wire: the double does not know the collation %s", name)
}

// windowsCollation reads the end of a Windows collation's name.
func windowsCollation(name string, words []string, bits uint32, page encoding.Encoding) (collation, encoding.Encoding, error) {
	for _, w := range words {
		switch w {
		case "90":
			bits |= 1 << versionAt
		case "100":
			bits |= 2 << versionAt
		case "140":
			bits |= 3 << versionAt
		case "CS":
			bits &^= ignoreCase
		case "AS":
			bits &^= ignoreAccent
		case "KS":
			bits &^= ignoreKana
		case "WS":
			bits &^= ignoreWidth
		case "BIN":
			bits = bits&^(ignoreCase|ignoreAccent|ignoreKana|ignoreWidth) | binaryOrder
		case "BIN2":
			bits = bits&^(ignoreCase|ignoreAccent|ignoreKana|ignoreWidth) | binary2Order
		case "UTF8":
			bits, page = bits|utf8Data, nil
		case "CI", "AI", "SC", "VSS":
		default:
			return collation{}, nil, fmt.Errorf("wire: the double does not know the collation %s", name)
		}
	}
	return packCollation(bits, 0), page, nil
}

func packCollation(bits uint32, sort byte) collation {
	var c collation
	binary.LittleEndian.PutUint32(c[:], bits)
	c[4] = sort
	return c
}

func (c collation) bits() uint32 { return binary.LittleEndian.Uint32(c[:]) }

// caseSensitive says whether the collation tells upper from lower case.
func (c collation) caseSensitive() bool { return c.bits()&ignoreCase == 0 }

// page is that of the characters; nil for UTF-8. One that the double does not
// know is taken for Windows-1252.
func (c collation) page() encoding.Encoding {
	if c.bits()&utf8Data != 0 {
		return nil
	}
	for _, s := range sorted {
		if c[4] != 0 && c[4] == s.id {
			return s.page
		}
	}
	for _, l := range languages {
		if l.lcid == c.bits()&0xfffff {
			return l.page
		}
	}
	return charmap.Windows1252
}

// toPage writes text in a page. What the page does not have becomes a question
// mark, as when SQL Server converts it.
func toPage(b []byte, page encoding.Encoding, s string) []byte {
	if page == nil {
		return append(b, s...)
	}
	enc := page.NewEncoder()
	for _, c := range s {
		if c < utf8.RuneSelf {
			b = append(b, byte(c))
			continue
		}
		one, err := enc.String(string(c))
		if err != nil {
			one = "?"
		}
		b = append(b, one...)
	}
	return b
}

// fromPage reads text of a page; bytes that are none of it are given as they are.
func fromPage(page encoding.Encoding, b []byte) any {
	if page == nil {
		if !utf8.Valid(b) {
			return b
		}
		return string(b)
	}
	s, err := page.NewDecoder().Bytes(b)
	if err != nil || strings.ContainsRune(string(s), utf8.RuneError) {
		return b
	}
	return string(s)
}
