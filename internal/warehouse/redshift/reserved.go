package redshift

import "strings"

// reserved are the words that Redshift takes for names in quotes only (Reserved words),
// and that the embedded engine has no other use for than names. Words that mean something
// in SQL that both share are no names to either, or are told apart by what follows.
var reserved = wordSet(`aes128 aes256 allowoverwrite az64 backup blanksasnull bytedict bzip2 credentials deflate defrag
	delta delta32k disable emptyasnull enable encode encrypt encryption explicit globaldict256 globaldict64k gzip identity
	language lun luns lzo lzop minus mostly13 mostly16 mostly32 mostly8 new off offline oid old open parallel percent
	permissions raw readratio recover rejectlog resort restore snapshot system tag tdes text255 text32k timestamp top
	truncatecolumns wallet`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}

// isReserved says whether the next word is a name that has to stand in quotes: not that of
// a function, and not the type of a constant.
func (s *speller) isReserved(word string) bool {
	return reserved[word] && s.next() != "(" && !strings.HasPrefix(s.next(), "'")
}
