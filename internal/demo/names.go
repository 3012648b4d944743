package demo

import (
	"strconv"
	"strings"
)

// All names are put together from syllables; none is taken from a person.

var (
	firstHeads = [...]string{"Al", "Be", "Ca", "De", "El", "Fi", "Ga", "Ha", "Il", "Jo", "Ka", "Li", "Ma", "No", "Or", "Pe", "Qui", "Ro", "Sa", "Ta", "Ul", "Vi", "Wi", "Ya", "Ze"}
	firstTails = [...]string{"bin", "dra", "fen", "gan", "lia", "lo", "mira", "na", "ndo", "rel", "ria", "ro", "sa", "ssa", "tan", "ven", "vi", "wen", "xa", "zo"}
	lastHeads  = [...]string{"Ab", "Bran", "Cor", "Dal", "Eld", "Fen", "Gar", "Hol", "Ing", "Jar", "Kel", "Lor", "Mar", "Nor", "Ost", "Pel", "Quar", "Rav", "Sel", "Tor", "Und", "Val", "Wes", "Yar", "Zim"}
	lastMiddle = [...]string{"a", "ber", "de", "en", "i", "ing", "mo", "o", "ra", "ter"}
	lastTails  = [...]string{"bury", "den", "ford", "gard", "ham", "land", "ley", "low", "man", "mere", "nik", "ridge", "sen", "shaw", "son", "stead", "ton", "vale", "well", "wick", "ñez", "öm"}
	streets    = [...]string{"Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel", "Juniper", "Larch", "Maple", "Oak", "Pine"}
	towns      = [...]string{"Ashmere", "Briarton", "Coldwell", "Dunvale", "Eastham", "Fernley", "Graymoor", "Hollin", "Ironside", "Kestrel"}
	payerNames = [...]string{"Alderpoint", "Bluemesa", "Clearfork", "Dovetail", "Eastgate", "Fairholm", "Granite", "Highwater", "Ironbridge", "Juniper"}
	payerKinds = [...]string{"Dental", "Mutual", "Benefit"}
)

func (r *rng) firstName() string {
	return firstHeads[r.IntN(len(firstHeads))] + firstTails[r.IntN(len(firstTails))]
}

func (r *rng) lastName() string {
	prefix := [...]string{"", "O'", "de "}[r.pick(96, 2, 2)]
	return prefix + lastHeads[r.IntN(len(lastHeads))] + lastMiddle[r.IntN(len(lastMiddle))] + lastTails[r.IntN(len(lastTails))]
}

// email returns an address in a domain reserved for examples.
func email(first string, id int64) string {
	return strings.ToLower(first) + strconv.FormatInt(id%100_000_000, 36) + "@example.org"
}
