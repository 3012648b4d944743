package sqlserver

import (
	"slices"
	"strings"
)

// readHere are the beginnings of the names of collations whose code pages are read
// here; see Windows collation name (Transact-SQL) and SQL Server collation name.
var readHere = []string{
	"latin1_general_", "sql_latin1_general_cp1_", "sql_latin1_general_cp437_", "sql_latin1_general_cp850_",
	"albanian_", "arabic_", "croatian_", "cyrillic_general_", "czech_", "danish_norwegian_", "estonian_", "finnish_swedish_",
	"french_", "german_phonebook_", "greek_", "hebrew_", "hungarian_", "icelandic_", "latvian_", "lithuanian_", "modern_spanish_",
	"polish_", "romanian_", "slovak_", "slovenian_", "thai_", "traditional_spanish_", "turkish_", "ukrainian_", "vietnamese_",
}

// pageIsKnown says whether char and varchar of a collation are read as they are.
// UTF-8 is not: a server sends it only to clients that ask for it at login, which
// the driver does not.
func pageIsKnown(collation string) bool {
	name := strings.ToLower(collation)
	return !strings.HasSuffix(name, "_utf8") && slices.ContainsFunc(readHere, func(p string) bool { return strings.HasPrefix(name, p) })
}
