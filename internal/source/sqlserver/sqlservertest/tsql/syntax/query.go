package syntax

// A Query is a SELECT with what stands around it.
type Query struct {
	With          []CTE
	Body          Body
	Order         []Order
	Offset, Fetch Expr
}

// CTE is one query of WITH.
type CTE struct {
	Name    string
	Columns []string
	Query   *Query
}

// A Body is *Select, *SetOp or *Values.
type Body interface{}

// The bodies.
type (
	// SetOp is UNION [ALL], EXCEPT or INTERSECT.
	SetOp struct {
		Op          string
		All         bool
		Left, Right Body
	}
	// Values are rows of VALUES.
	Values struct{ Rows [][]Expr }
	// Select is one SELECT.
	Select struct {
		Distinct bool
		Top      Expr
		Percent  bool
		WithTies bool
		Items    []Item
		Into     *Name
		From     []Source
		Where    Expr
		Group    []Expr
		Having   Expr
	}
	// Nested is a query in parentheses in the place of a body.
	Nested struct{ Query *Query }
)

// Item is one of the select list.
type Item struct {
	X         Expr
	Alias     string
	Star      bool
	Qualifier []string
	Assign    string // the variable of @x = ...
}

// A Source is one of FROM.
type Source interface{}

// The sources.
type (
	// TableRef is a table or view.
	TableRef struct {
		Name  Name
		Alias string
		Hints []string
	}
	// Derived is a query or VALUES in parentheses.
	Derived struct {
		Query   *Query
		Alias   string
		Columns []string
	}
	// TableCall is a function that returns rows.
	TableCall struct {
		Name    Name
		Args    []Expr
		Alias   string
		Columns []string
	}
	// Changes is CHANGETABLE(CHANGES table, since) or, with Keys, (VERSION ...).
	Changes struct {
		Table   Name
		Since   Expr
		Keys    []string
		Values  []Expr
		Version bool
		Alias   string
		Columns []string
	}
	// Join is two sources; On is nil of CROSS JOIN and APPLY.
	Join struct {
		Kind        string // INNER, LEFT, RIGHT, FULL, CROSS, APPLY, OUTER APPLY
		Left, Right Source
		On          Expr
	}
)
