package redshift

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/warehouse/redshift/mview"
)

// A model that is kept as a view is a materialized view of Redshift's, named "<model>
// archwire <number>", behind a plain view that has the model's name. A materialized
// view can be neither renamed nor altered (CREATE MATERIALIZED VIEW, Limitations): one
// that has to be another, or that can be refreshed no more, is made anew beside the old
// one under the next number, and the plain view is put over it. Materialized views may
// not read plain ones, so that each reads those of the models below it by their
// numbered names, and is made anew when one of these was.
//
// Redshift refreshes a view in a transaction of its own (REFRESH MATERIALIZED VIEW), and
// by itself where it was asked to: so what consumers were told of its rows is kept in
// archwire.view_print, one row a tenant, and what changed is what differs from it.

// A keptView is a model that is kept as a view.
type keptView struct {
	number     int64
	definition string // a digest of what the materialized view was made of
}

// ownViewTables are what we note of models that are kept as views.
func ownViewTables() []string {
	return []string{
		"CREATE TABLE IF NOT EXISTS archwire.view (model VARCHAR(255) NOT NULL, number BIGINT NOT NULL, definition VARCHAR(64) NOT NULL) DISTSTYLE ALL",
		"CREATE TABLE IF NOT EXISTS archwire.view_print (model VARCHAR(255) NOT NULL, tenant VARCHAR(65535), n BIGINT NOT NULL, " +
			"h1 DECIMAL(38,0) NOT NULL, h2 DECIMAL(38,0) NOT NULL) DISTSTYLE EVEN",
	}
}

// viewsKept are the models that are kept as views, by name in lower case.
func viewsKept(ctx context.Context, l link) (map[string]keptView, error) {
	r, err := lines(ctx, l, "SELECT model, number, definition FROM archwire.view")
	if err != nil {
		return nil, err
	}
	kept := map[string]keptView{}
	for _, v := range r {
		n, err := whole(v[1])
		if err != nil {
			return nil, err
		}
		kept[string(v[0])] = keptView{n, string(v[2])}
	}
	return kept, nil
}

// viewNameBytes is how long the name of a model may be that is kept as a view: numbered
// adds up to 20 bytes, and a name has 127.
const viewNameBytes = 107

// numbered is the name of a model's materialized view within its schema.
func numbered(model string, number int64) string {
	_, name, _ := strings.Cut(folded(model), ".")
	return fmt.Sprintf("%s archwire %d", name, number)
}

// numberedSQL is its name in SQL.
func numberedSQL(model string, number int64) string {
	return relation(folded(schemaOf(model)), numbered(model, number))
}

// A view is a materialized view as it is to be.
type view struct {
	archwire.Model
	query      string // spelt, over the materialized views of the models below
	attributes string // how it lies, and whether Redshift refreshes it by itself
}

// viewOf is the view of a model.
func (w *Warehouse) viewOf(ctx context.Context, p refreshing) (v view, err error) {
	tree, err := w.parser.Tree(ctx, p.SQL)
	if err != nil {
		return v, err
	}
	verdict, err := mview.Of(tree)
	if err != nil {
		return v, err
	}
	if verdict.Refused {
		return v, &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%s cannot be kept as a view: it %s", p.Name, verdict.Why),
			Hint: "Leave the clause out, or write materialized: table in the model's header.",
			Err:  &archwire.SQLError{Line: verdict.Line, Message: "a materialized view of Redshift cannot be made of it: it " + verdict.Why},
		}
	}
	below := map[string]string{}
	for _, r := range p.reads {
		if kept, ok := p.views[r]; ok {
			below[r] = numberedSQL(r, kept.number)
		}
	}
	text, ok, err := w.parser.Substitute(ctx, p.SQL, below)
	if err != nil {
		return v, err
	}
	if !ok {
		return v, &archwire.Error{
			Code: archwire.Invalid, Message: p.Name + " names the models " + strings.Join(slices.Sorted(maps.Keys(below)), ", ") + " in a way in which no materialized view can read them",
			Hint: "Name them in FROM as folder.model, or write materialized: table in the model's header.",
		}
	}
	if err := CheckModel(p.Model, p.columns, true); err != nil {
		return v, err
	}
	v.Model = p.Model
	if v.query, err = spell(text, nil); err != nil {
		return v, err
	}
	v.query = unterminated(v.query)
	v.attributes = Layout{}.by(p.columns, p.Tenant).under(p.layout).viewAttributes() + " AUTO REFRESH " + map[bool]string{true: "YES", false: "NO"}[p.AutoRefresh]
	return v, nil
}

// create makes the materialized view under a number.
func (v view) create(number int64) string {
	return "CREATE MATERIALIZED VIEW " + numberedSQL(v.Name, number) + v.attributes + " AS " + v.query
}

// definition is a digest of all that makes the view what it is.
func (v view) definition() string {
	sum := sha256.Sum256([]byte(v.attributes + "\x00" + v.query))
	return hex.EncodeToString(sum[:16])
}

// front are the statements that put the plain view over the materialized one. Its
// columns have the types that the embedded engine gives them, and names to the letter;
// below they have those that Redshift gives. It is replaced in its place if its columns
// stay the same (CREATE VIEW), and is made anew otherwise.
func (p refreshing) front(v view, number int64, below []string) []string {
	list := make([]string, len(p.columns))
	for i, c := range p.columns {
		list[i] = archwire.Quote(below[i]) + " AS " + archwire.Quote(c.Name)
		if t, err := columnType(c.Type); err == nil && !isText(c.Type) {
			list[i] = "CAST(" + archwire.Quote(below[i]) + " AS " + t + ") AS " + archwire.Quote(c.Name)
		}
	}
	name := archwire.QuoteName(v.Name)
	text := "VIEW " + name + " AS SELECT " + strings.Join(list, ", ") + " FROM " + numberedSQL(v.Name, number)
	if _, isView := p.views[strings.ToLower(p.Name)]; isView && p.comparable() {
		return []string{"CREATE OR REPLACE " + text}
	}
	return append(p.makeRoom(), "CREATE "+text)
}

// note are the statements that note which materialized view is the model's.
func (v view) note(number int64) []string {
	model := literal(strings.ToLower(v.Name))
	return []string{
		"DELETE FROM archwire.view WHERE model = " + model,
		fmt.Sprintf("INSERT INTO archwire.view VALUES (%s, %d, %s)", model, number, literal(v.definition())),
	}
}
