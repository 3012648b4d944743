package redshift

import (
	"context"
	"math"
	"math/big"
	"strconv"

	"archwire"
	"archwire/internal/rowhash"
)

// Hashes lists the hashes that can be computed of t: of PostgreSQL's own hashes Redshift
// has none.
func (l *load) Hashes(archwire.Table) []archwire.Hash { return []archwire.Hash{archwire.HashMD5} }

// Prints fingerprints the rows of t, where they are. SQL does not tell the bits of a
// floating-point number: rows with one in them are hashed as they come out.
func (l *load) Prints(ctx context.Context, t archwire.Table, p archwire.PrintSpec) (prints []archwire.PartPrint, err error) {
	err = l.reading(ctx, t, func(g *target, s link) error {
		if err := g.canPrint(p); err != nil {
			return err
		}
		if !p.Keys && hasFloats(g.Columns) {
			prints, err = rowhash.Prints(streamed(ctx, s, g.Columns, g.rowsQuery(p)), g.Table, p)
			return err
		}
		query := g.printsQuery(p)
		if query == "" {
			return nil
		}
		prints = []archwire.PartPrint{}
		return s.rows(ctx, query, func(v [][]byte) error {
			one, err := partPrint(v)
			prints = append(prints, one)
			return err
		})
	})
	return prints, classify("fingerprinting "+t.ID(), err)
}

// partPrint reads a part, its rows and their sum.
func partPrint(v [][]byte) (one archwire.PartPrint, err error) {
	part, err := whole(v[0])
	if err != nil {
		return one, err
	}
	if one.Rows, err = whole(v[1]); err != nil {
		return one, err
	}
	sum, ok := new(big.Int).SetString(string(v[2]), 10)
	if !ok && v[2] != nil {
		return one, errUnreadable
	}
	if v[2] != nil {
		one.Sum = sum.And(sum, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	}
	one.Part = int(part)
	return one, nil
}

// canPrint refuses what cannot be asked.
func (g *target) canPrint(p archwire.PrintSpec) error {
	if p.Cut.Width > 0 {
		if _, ok := g.wholeKey(); !ok {
			return &archwire.Error{Code: archwire.Internal, Message: g.ID() + " has a key that is no whole number, so it cannot be cut by it"}
		}
	}
	if p.Keys && p.Cut.Width > 0 {
		return nil
	}
	return rowhash.Check(g.Table, p)
}

// printsQuery adds up the prints of rows by part; "" where there are no rows.
func (g *target) printsQuery(p archwire.PrintSpec) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	portions := g.left()
	if p.Staged {
		portions = g.staged()
	}
	if len(portions) == 0 {
		return ""
	}
	rows := union(g, portions, g.partSQL(p.Cut)+" AS part, "+g.printSQL(p)+" AS print", g.keyRange(p)...)
	query := "SELECT p.part, COUNT(*), SUM(CAST(p.print AS DECIMAL(38,0))) FROM (" + rows + ") p"
	if p.Cut.Parts > 1 {
		query += " WHERE p.part BETWEEN " + strconv.Itoa(p.First) + " AND " + strconv.Itoa(p.Last)
	} else if p.First > 0 {
		return ""
	}
	return query + " GROUP BY p.part ORDER BY p.part"
}

// printSQL is the print of a row.
func (g *target) printSQL(p archwire.PrintSpec) string {
	switch {
	case p.Keys && p.Cut.Width > 0:
		key, _ := g.wholeKey()
		return key
	case p.Keys:
		return hashes15(canonicalText("r", g.KeyTable().Columns))
	}
	return hashes15(canonicalText("r", g.Columns))
}

// partSQL is the part of a row.
func (g *target) partSQL(c archwire.Cut) string {
	switch {
	case c.Width > 0:
		key, _ := g.wholeKey()
		return widthPart(key, c)
	case c.Parts > 1:
		return "MOD(" + hashes15(canonicalText("r", g.KeyTable().Columns)) + ", " + strconv.Itoa(c.Parts) + ")"
	}
	return "0"
}

// widthPart is FLOOR((key - from) / width), at least 0 and at most parts - 1. What is
// below or beyond all parts is told by comparing. Where from is below zero the
// difference may be no BIGINT, so both are divided first, and what is left over of them
// is put right; very wide parts are few, and are told by comparing as well.
func widthPart(key string, c archwire.Cut) string {
	out := "CASE WHEN " + key + " IS NULL OR " + key + " < " + bigint(c.From) + " THEN 0"
	if end, ok := partStart(c, max(c.Parts-1, 0)); ok {
		out += " WHEN " + key + " >= " + bigint(end) + " THEN " + strconv.Itoa(max(c.Parts-1, 0))
	}
	width := bigint(c.Width)
	if c.From >= 0 {
		return out + " ELSE (" + key + " - " + bigint(c.From) + ") / " + width + " END"
	}
	if c.Width >= 1<<61 {
		n := 0
		for ; ; n++ {
			next, ok := partStart(c, n+1)
			if !ok {
				break
			}
			out += " WHEN " + key + " < " + bigint(next) + " THEN " + strconv.Itoa(n)
		}
		return out + " ELSE " + strconv.Itoa(n) + " END"
	}
	over := "(MOD(" + key + ", " + width + ") - " + bigint(c.From%c.Width) + ")"
	return out + " ELSE " + key + " / " + width + " - " + bigint(c.From/c.Width) +
		" + CASE WHEN " + over + " < " + bigint(-c.Width) + " THEN -2 WHEN " + over + " < 0 THEN -1 WHEN " + over + " >= " + width + " THEN 1 ELSE 0 END END"
}

// partStart is the first key of part n; ok is false where it is beyond all keys.
func partStart(c archwire.Cut, n int) (int64, bool) {
	start := new(big.Int).Mul(big.NewInt(c.Width), big.NewInt(int64(n)))
	start.Add(start, big.NewInt(c.From))
	return start.Int64(), start.IsInt64()
}

// keyRange are the conditions that a whole key may be in the parts asked for: constants
// that Redshift compares with the least and greatest key of each block, to skip others
// (Sort keys). A NULL is in the first part.
func (g *target) keyRange(p archwire.PrintSpec) []string {
	key, ok := g.wholeKey()
	if !ok || p.Cut.Width <= 0 {
		return nil
	}
	conditions := []string{}
	if p.First > 0 {
		from, ok := partStart(p.Cut, p.First)
		if !ok {
			return []string{"false"}
		}
		conditions = append(conditions, key+" >= "+bigint(from))
	}
	if p.Last < p.Cut.Parts-1 {
		if to, ok := partStart(p.Cut, p.Last+1); ok && p.First > 0 {
			conditions = append(conditions, key+" < "+bigint(to))
		} else if ok {
			conditions = append(conditions, "("+key+" < "+bigint(to)+" OR "+key+" IS NULL)")
		}
	}
	return conditions
}

// rowsQuery gives the rows in the parts asked for, for hashing as they come out; those
// of parts by hash are told apart then.
func (g *target) rowsQuery(p archwire.PrintSpec) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	portions := g.left()
	if p.Staged {
		portions = g.staged()
	}
	if len(portions) == 0 {
		portions = []portion{{table: g.baseName(), where: []string{"false"}}}
	}
	return union(g, portions, columnList("r", g.Columns), g.keyRange(p)...)
}
