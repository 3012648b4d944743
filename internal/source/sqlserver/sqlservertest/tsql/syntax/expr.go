package syntax

import "archwire/internal/source/sqlserver/sqlservertest/wire"

// An Expr is a value or a condition.
type Expr interface{}

// The expressions.
type (
	// Literal is a constant with its type: a number, a text, 0x bytes or NULL.
	Literal struct {
		Kind string // int, decimal, float, text, wide, binary, null
		Text string
	}
	// Var is @x or @@x.
	Var struct{ Name string }
	// Column is a name with what qualifies it, or %%physloc%%.
	Column struct {
		Qualifier []string
		Name      string
		Line      int32
	}
	// Unary is -x, +x, ~x or NOT x.
	Unary struct {
		Op string
		X  Expr
	}
	// Binary is an operator between two.
	Binary struct {
		Op   string
		X, Y Expr
	}
	// Between is x [NOT] BETWEEN low AND high.
	Between struct {
		X, Low, High Expr
		Not          bool
	}
	// In is x [NOT] IN (list) or (query).
	In struct {
		X     Expr
		List  []Expr
		Query *Query
		Not   bool
	}
	// Like is x [NOT] LIKE pattern [ESCAPE c].
	Like struct {
		X, Pattern, Escape Expr
		Not                bool
	}
	// IsNull is x IS [NOT] NULL.
	IsNull struct {
		X   Expr
		Not bool
	}
	// Exists is EXISTS (query).
	Exists struct{ Query *Query }
	// Subquery is a query in the place of a value.
	Subquery struct{ Query *Query }
	// Case is both forms of CASE.
	Case struct {
		X     Expr // nil: the searched form
		Whens []When
		Else  Expr
	}
	// When is one arm of a Case.
	When struct{ If, Then Expr }
	// Cast is CAST, CONVERT and their TRY_ forms.
	Cast struct {
		X     Expr
		To    TypeName
		Style Expr
		Try   bool
	}
	// Collate is x COLLATE name.
	Collate struct {
		X    Expr
		Name string
	}
	// Call is a function's call; Over is that of a window function, Word the
	// first argument of those that take a keyword (DATEPART).
	Call struct {
		Schema   string
		Name     string
		Args     []Expr
		Star     bool
		Distinct bool
		Over     *Over
		Within   []Order
		Line     int32
	}
	// Method is x.Name(args) of a CLR type.
	Method struct {
		X    Expr
		Name string
		Args []Expr
	}
	// AtZone is x AT TIME ZONE zone.
	AtZone struct{ X, Zone Expr }
)

// Over is a window.
type Over struct {
	Partition []Expr
	Order     []Order
	Rows      bool // ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
}

// Order is one term of ORDER BY.
type Order struct {
	X    Expr
	Desc bool
}

// TypeName is a type as it is written.
type TypeName struct {
	Name string
	Args []int // -1 is max
}

// Name is the name of an object with up to three that qualify it.
type Name struct {
	Parts []string
	Line  int32
}

// Last is the object's own name.
func (n Name) Last() string { return n.Parts[len(n.Parts)-1] }

func (n Name) String() string {
	s := ""
	for i, p := range n.Parts {
		if i > 0 {
			s += "."
		}
		s += p
	}
	return s
}

// Error is what parsing panics with and Parse returns.
type Error = wire.Error
