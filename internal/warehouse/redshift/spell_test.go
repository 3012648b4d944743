package redshift

import (
	"testing"

	"archwire"
)

func TestSpell(t *testing.T) {
	for sql, want := range map[string]string{
		"select a, b from rcm.ledger":                                                                 "select a, b from rcm.ledger",
		"select a -- it's\n, /* 'x' \n */ b from r.t":                                                 "select a  \n,  \n b from r.t",
		"select a::double, cast(b as double) from r.t":                                                "select a::double precision, cast(b as double precision) from r.t",
		"select a::double precision from r.t":                                                         "select a::double precision from r.t",
		"select cast(a as float), b :: FLOAT from r.t":                                                "select cast(a as real), b :: real from r.t",
		"select cast(a as varchar), cast(b as varchar(20)) from r.t":                                  "select cast(a as varchar(65535)), cast(b as varchar(20)) from r.t",
		"select cast(nvl(a, b as text) as text) as text, b as double from r.t":                        "select cast(nvl(a, b as text) as varchar(65535)) as text, b as double from r.t",
		"select a::decimal, a::numeric(19, 4), cast(a as decimal ( 19 )), a::decimal(12,2) from r.t":  "select a::decimal(18,3), a::numeric(20, 4), cast(a as decimal ( 20 )), a::decimal(12,2) from r.t",
		`select 'it''s', 'a\b', "a\b" from r.t`:                                                       `select 'it''s', ('a' || CHR(92) || 'b'), "a\b" from r.t`,
		"select t.Tag, percent as delta, open, timestamp '2026-01-01 00:00:00' as timestamp from r.t": `select t."tag", "percent" as "delta", "open", timestamp '2026-01-01 00:00:00' as "timestamp" from r.t`,
		"select cast(raw as timestamp), minus(a) from r.t order by system":                            `select cast("raw" as timestamp), minus(a) from r.t order by "system"`,
		`select "Tag", tags, "OPEN" from r.t`:                                                         `select "tag", tags, "open" from r.t`,
		`select '\' || $2 || $1 || '$1', $3`:                                                          `select ('' || CHR(92) || '') || two || one || '$1', $3`,
	} {
		got, err := spell(sql, []string{"one", "two"})
		if err != nil || got != want {
			t.Errorf("%s\nis spelt %s (%v)\nwant     %s", sql, got, err, want)
		}
	}
	for _, sql := range []string{`select E'a\'b'`, "select $$a$$", "select 'a\x00'"} {
		if got, err := spell(sql, nil); archwire.CodeOf(err) != archwire.Invalid {
			t.Errorf("%q is spelt %q (%v)", sql, got, err)
		}
	}
}
