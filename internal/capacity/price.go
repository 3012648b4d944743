package capacity

import (
	"bytes"
	_ "embed" // the table of prices
	"encoding/csv"
	"fmt"
	"math/big"
	"time"
)

//go:embed prices.csv
var prices []byte

// rpuKind is what an RPU is called where node types are named.
const rpuKind = "rpu"

// A Price is what a node, or an RPU, costs for an hour.
type Price struct {
	PerHour  *big.Rat
	Text     string // PerHour as it was written: a decimal
	Currency string
	Kind     string // the node type; rpu of Serverless
	Region   string
	AsOf     string // the day of a list price; "" of one that the project declares
	Source   string
}

// String says the price for people, and what kind of price it is.
func (p Price) String() string {
	unit := "node of " + p.Kind
	if p.Kind == rpuKind {
		unit = "RPU"
	}
	if p.AsOf == "" {
		return fmt.Sprintf("%s %s for a %s and hour, as the project declares", p.Text, p.Currency, unit)
	}
	return fmt.Sprintf("%s %s for a %s and hour, the list price on demand in %s as of %s (%s)", p.Text, p.Currency, unit, p.Region, p.AsOf, p.Source)
}

// Declared is a price that a project declares; false for a text that is no decimal.
func Declared(perHour, currency, kind, region string) (Price, bool) {
	rat, ok := new(big.Rat).SetString(perHour)
	return Price{PerHour: rat, Text: perHour, Currency: currency, Kind: kind, Region: region}, ok
}

// ListPrice finds the list price of a shape in a region. It is not found where the
// table has none: not every type and region is in it.
func ListPrice(s Shape, region string) (Price, bool) {
	r := csv.NewReader(bytes.NewReader(prices))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		return Price{}, false
	}
	for _, row := range rows {
		if row[0] == s.Kind() && row[1] == region {
			p, ok := Declared(row[2], "USD", row[0], row[1])
			p.AsOf, p.Source = row[3], row[4]
			return p, ok
		}
	}
	return Price{}, false
}

// Kind is what is paid for in a shape: the node type, or rpu.
func (s Shape) Kind() string {
	if s.RPU > 0 {
		return rpuKind
	}
	return s.Type
}

// units is how many of them are paid for.
func (s Shape) units() int64 {
	switch {
	case s.Paused:
		return 0
	case s.RPU > 0:
		return int64(s.RPU)
	}
	return int64(s.Nodes)
}

// Cost is what a shape costs for a time, exactly.
func (p Price) Cost(s Shape, d time.Duration) *big.Rat {
	hours := big.NewRat(int64(d), int64(time.Hour))
	return hours.Mul(hours, p.PerHour).Mul(hours, new(big.Rat).SetInt64(s.units()))
}

// Amount writes a sum of money to the cent, halves to the even cent.
func Amount(r *big.Rat) string {
	cents := new(big.Rat).Mul(r, big.NewRat(100, 1))
	whole, rest := new(big.Int).QuoRem(cents.Num(), cents.Denom(), new(big.Int))
	half := new(big.Int).Mul(rest, big.NewInt(2)).CmpAbs(cents.Denom())
	if half > 0 || half == 0 && whole.Bit(0) == 1 {
		whole.Add(whole, big.NewInt(int64(cents.Sign())))
	}
	return new(big.Rat).SetFrac(whole, big.NewInt(100)).FloatString(2)
}
