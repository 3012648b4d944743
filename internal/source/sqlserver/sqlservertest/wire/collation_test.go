package wire

import (
	"encoding/hex"
	"strings"
	"testing"
)

// Collations as servers send them: those of [MS-TDS] 4 and of packets that users
// of SQL Server showed, with flags 0x0D for case-insensitive, accent-sensitive
// ones and 0x40 beside them for UTF-8; LCIDs are those of [MS-LCID].
func TestCollations(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"SQL_Latin1_General_CP1_CI_AS":     "0904d00034",
		"SQL_Latin1_General_CP1_CS_AS":     "0904c00033",
		"Latin1_General_CI_AS":             "0904d00000",
		"Latin1_General_CS_AS_KS_WS":       "0904000000",
		"Latin1_General_BIN":               "0904000100",
		"Latin1_General_BIN2":              "0904000200",
		"Latin1_General_100_CI_AS_SC_UTF8": "0904d02400",
		"Latin1_General_100_BIN2_UTF8":     "0904002600",
		"German_PhoneBook_CI_AS":           "0704d10000",
		"Japanese_90_CI_AI":                "1104f01000",
	} {
		got, page, err := collationOf(name)
		if err != nil || hex.EncodeToString(got[:]) != want {
			t.Errorf("%s is %x, not %s; %v", name, got, want, err)
		}
		if back := got.page(); back != page {
			t.Errorf("%s: from its bytes, the page is %v, not %v", name, back, page)
		}
	}
	for _, name := range []string{"", "Latin1_General", "Klingon_CI_AS", "Latin1_General_XX_AS"} {
		if _, _, err := collationOf(name); err == nil {
			t.Errorf("%q is known", name)
		}
	}
}

// A client that asks for UTF-8 gets it as it is; another one gets UTF-16.
func TestUTF8(t *testing.T) {
	t.Parallel()
	c := Column{Name: "c", Type: Type{Name: "varchar", Length: 10, Collation: "Latin1_General_100_CI_AS_SC_UTF8"}}
	for asked, is := range map[bool]string{
		true:  "A7 0A 00 09 04 D0 24 00 / 03 00 E2 82 AC",
		false: "E7 14 00 09 04 D0 24 00 / 02 00 AC 20",
	} {
		one, err := dialect{utf8: asked}.coder(c)
		if err != nil {
			t.Fatal(err)
		}
		value, err := one.append(nil, "€")
		if err != nil {
			t.Fatal(err)
		}
		info, rest, _ := strings.Cut(is, "/")
		want(t, one.info, info)
		want(t, value, rest)
	}
	wide := Column{Name: "c", Type: Type{Name: "varchar", Length: 4001, Collation: "Latin1_General_100_BIN2_UTF8"}}
	one, err := dialect{}.coder(wide)
	if err != nil {
		t.Fatal(err)
	}
	want(t, one.info, "E7 FF FF 09 04 00 26 00")
}

// The login says whether a client takes UTF-8, and the server that it has it.
func TestUTF8IsAskedForByTheLogin(t *testing.T) {
	t.Parallel()
	login := said(t, exampleLogin, kindLogin)
	extended := append(login, 0x8c, 0, 0, 0, featureUTF8, 1, 0, 0, 0, 1, featureEnd)
	copy(extended, []byte{byte(len(extended)), 0, 0, 0, 4, 0, 0, 0x74})
	extended[27] |= 0x10
	copy(extended[loginExtended:], []byte{0x88, 0, 4, 0})
	l, err := parseLogin(extended)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := desk(t, Options{})
	features, err := c.features(&l)
	if err != nil || !c.dialect.utf8 {
		t.Errorf("UTF-8 is %v, %v", c.dialect.utf8, err)
	}
	want(t, appendFeatureAck(nil, features), "AE 0A 01 00 00 00 01 FF")
}
