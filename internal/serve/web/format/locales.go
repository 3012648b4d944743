package format

// narrow is the space that French puts between groups of digits.
const narrow = "\u202f"

// locales are those that are known; the first is the default.
var locales = [...]locale{
	{
		tag: "en-US", group: ",", point: ".", money: "$#", months: english, weekdays: englishDays,
		day: "{m} {d}", weekday: "{w} {m} {d}", date: "{m} {d}, {y}", within: [2]string{"{m} {d}", "{d}, {y}"},
		month: "{m} {y}", quarter: "Q{q} {y}", week: "week of ",
	},
	{
		tag: "en-GB", group: ",", point: ".", money: "US$#", months: british, weekdays: englishDays,
		day: "{d} {m}", weekday: "{w} {d} {m}", date: "{d} {m} {y}", within: [2]string{"{d}", "{d} {m} {y}"},
		month: "{m} {y}", quarter: "Q{q} {y}", week: "week of ",
	},
	{
		tag: "de", group: ".", point: ",", money: "#" + noBreak + "$",
		months:   [12]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
		weekdays: [7]string{"So.", "Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa."},
		day:      "{d}. {m}", weekday: "{w}, {d}. {m}", date: "{d}. {m} {y}", within: [2]string{"{d}.", "{d}. {m} {y}"},
		month: "{m} {y}", quarter: "Q{q} {y}", week: "Woche ab ",
	},
	{
		tag: "fr", group: narrow, point: ",", money: "#" + noBreak + "$US",
		months:   [12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
		weekdays: [7]string{"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."},
		day:      "{d} {m}", weekday: "{w} {d} {m}", date: "{d} {m} {y}", within: [2]string{"{d}", "{d} {m} {y}"},
		month: "{m} {y}", quarter: "T{q} {y}", week: "semaine du ",
	},
	spanish("es", ".", ",", true, "#"+noBreak+"US$"),
	spanish("es-419", ",", ".", false, "$#"),
	{
		tag: "pt", group: ".", point: ",", money: "US$" + noBreak + "#",
		months:   [12]string{"jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."},
		weekdays: [7]string{"dom.", "seg.", "ter.", "qua.", "qui.", "sex.", "sáb."},
		day:      "{d} de {m}", weekday: "{w}, {d} de {m}", date: "{d} de {m} de {y}", within: [2]string{"{d}", "{d} de {m} de {y}"},
		month: "{m} de {y}", quarter: "T{q} de {y}", week: "semana de ",
	},
	{
		tag: "nl", group: ".", point: ",", money: "US$" + noBreak + "#",
		months:   [12]string{"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"},
		weekdays: [7]string{"zo", "ma", "di", "wo", "do", "vr", "za"},
		day:      "{d} {m}", weekday: "{w} {d} {m}", date: "{d} {m} {y}", within: [2]string{"{d}", "{d} {m} {y}"},
		month: "{m} {y}", quarter: "K{q} {y}", week: "week van ",
	},
}

var (
	english     = [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	british     = [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"}
	englishDays = [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
)

// spanish is that of Spain, or that of the Americas with other separators.
func spanish(tag, group, point string, sparse bool, money string) locale {
	return locale{
		tag: tag, group: group, point: point, sparse: sparse, money: money,
		months:   [12]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
		weekdays: [7]string{"dom", "lun", "mar", "mié", "jue", "vie", "sáb"},
		day:      "{d} {m}", weekday: "{w}, {d} {m}", date: "{d} {m} {y}", within: [2]string{"{d}", "{d} {m} {y}"},
		month: "{m} {y}", quarter: "T{q} {y}", week: "semana del ",
	}
}
