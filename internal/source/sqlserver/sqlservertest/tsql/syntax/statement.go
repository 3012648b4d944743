// Package syntax reads T-SQL: the statements that a source of data and its tests
// send, by their grammar in "Transact-SQL reference". What is not among them is
// a syntax error.
package syntax

// A Statement is one of the types below, with its line.
type Statement struct {
	Line int32
	Text string // as it was sent
	Do   any
}

// The statements.
type (
	// SelectStatement is a query at the top, which may set variables.
	SelectStatement struct{ Query *Query }
	// Insert adds rows; Query is nil for DEFAULT VALUES.
	Insert struct {
		Table   Name
		Columns []string
		Query   *Query
		Output  []Item
	}
	// Update is UPDATE with its FROM.
	Update struct {
		Target Name
		Set    []Assignment
		From   []Source
		Where  Expr
		With   []CTE
		Top    Expr
		Output []Item
	}
	// Assignment is one of SET.
	Assignment struct {
		Column string
		X      Expr
	}
	// Delete is DELETE with its FROM.
	Delete struct {
		Target Name
		From   []Source
		Where  Expr
		With   []CTE
		Top    Expr
		Output []Item
	}
	// Truncate is TRUNCATE TABLE.
	Truncate struct{ Table Name }
	// InsertBulk announces the rows of a bulk load.
	InsertBulk struct {
		Table   Name
		Columns []ColumnDef
		Options []string
	}
	// CreateTable with columns, keys and computed columns.
	CreateTable struct {
		Name        Name
		Columns     []ColumnDef
		Constraints []Constraint
		Memory      bool // MEMORY_OPTIMIZED = ON
		History     Name // of SYSTEM_VERSIONING
		Versioned   bool
		Period      []string
	}
	// ColumnDef is one column.
	ColumnDef struct {
		Name        string
		Type        TypeName
		Collation   string
		NotNull     bool
		Null        bool
		Identity    bool
		Seed, Step  int64
		Default     Expr
		Computed    Expr
		ComputedSQL string
		Persisted   bool
		Sparse      bool
		Masked      bool
		Hidden      bool
		Generated   string // START or END of a period
		Constraints []Constraint
	}
	// Constraint is PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK or DEFAULT; INDEX too.
	Constraint struct {
		Name      string
		Kind      string // PRIMARY KEY, UNIQUE, CHECK, FOREIGN KEY, INDEX
		Clustered string // CLUSTERED, NONCLUSTERED or nothing
		Columns   []Order
		Check     Expr
	}
	// CreateIndex is CREATE [UNIQUE] INDEX.
	CreateIndex struct {
		Name    string
		Table   Name
		Unique  bool
		Cluster bool
		Columns []Order
		Include []string
	}
	// CreateView holds the query and its text.
	CreateView struct {
		Name    Name
		Columns []string
		Query   *Query
		Text    string
		Alter   bool
	}
	// Create is CREATE SCHEMA, DATABASE, LOGIN or USER.
	Create struct {
		What string
		Name string
		Args map[string]string
	}
	// CreateStatistics is CREATE or UPDATE STATISTICS.
	CreateStatistics struct {
		Name    string
		Table   Name
		Columns []string
	}
	// Drop is DROP what [IF EXISTS] name.
	Drop struct {
		What     string
		Names    []Name
		IfExists bool
		On       Name // of an index
	}
	// AlterTable is one change of a table.
	AlterTable struct {
		Table       Name
		Add         []ColumnDef
		Constraints []Constraint
		Drop        []string
		DropKeys    []string
		Alter       *ColumnDef
		Tracking    string // ENABLE or DISABLE
		Columns     bool   // TRACK_COLUMNS_UPDATED = ON
		Versioning  string // ON or OFF
		Rebuild     bool
	}
	// AlterDatabase sets one option.
	AlterDatabase struct {
		Name    string // "" is CURRENT
		Option  string
		Value   string
		Details map[string]string
	}
	// Grant is GRANT, DENY or REVOKE.
	Grant struct {
		Verb        string
		Permissions []string
		On          *Name
		Class       string
		To          string
	}
	// Set is SET option values, or SET @x = value.
	Set struct {
		Option string
		Value  string
		Var    string
		X      Expr
	}
	// Declare is DECLARE @x type [= value].
	Declare struct {
		Name string
		Type TypeName
		X    Expr
	}
	// Begin begins a transaction, or one more level of it.
	Begin struct{ Name string }
	// Commit ends a transaction.
	Commit struct{}
	// Rollback undoes one.
	Rollback struct{ Name string }
	// If is IF with its ELSE.
	If struct {
		Cond Expr
		Then []Statement
		Else []Statement
	}
	// While is WHILE.
	While struct {
		Cond Expr
		Do   []Statement
	}
	// Block is BEGIN ... END.
	Block struct{ Statements []Statement }
	// Try is BEGIN TRY ... END CATCH.
	Try struct{ Do, Catch []Statement }
	// Exec calls a procedure.
	Exec struct {
		Proc Name
		Args []Arg
		SQL  Expr // EXEC ('...')
	}
	// Arg is one argument of Exec.
	Arg struct {
		Name string
		X    Expr
	}
	// Use changes the database.
	Use struct{ Database string }
	// Print sends a text.
	Print struct{ X Expr }
	// Throw raises an error; without arguments the one that was caught.
	Throw struct{ Number, Message, State Expr }
	// RaiseError is RAISERROR.
	RaiseError struct {
		Message, Severity, State Expr
		Args                     []Expr
	}
	// WaitFor is WAITFOR DELAY.
	WaitFor struct{ Delay Expr }
	// Return leaves the batch.
	Return struct{}
	// Kill ends a session.
	Kill struct{ Session Expr }
	// Checkpoint does nothing here.
	Checkpoint struct{}
)
