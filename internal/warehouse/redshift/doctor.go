package redshift

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"archwire"
)

var _ archwire.Doctor = (*Warehouse)(nil)

// Doctor looks whether Redshift answers, whether archwire may do there what it does, and
// whether Redshift reads what lies in the staging place.
func (w *Warehouse) Doctor(ctx context.Context) []archwire.Diagnosis {
	return []archwire.Diagnosis{w.engine(ctx), w.rights(ctx), w.passage(ctx)}
}

func (w *Warehouse) engine(ctx context.Context) archwire.Diagnosis {
	d := archwire.Diagnosis{What: "warehouse: engine"}
	version := ""
	err := w.session(ctx, func(l link) error {
		return l.rows(ctx, "SELECT VERSION()", func(v [][]byte) error {
			version = string(v[0])
			return nil
		})
	})
	if err != nil {
		err = classify("asking the warehouse", err)
		d.Says, d.Do = archwire.MessageOf(err), archwire.HintOf(err)
		return d
	}
	_, number, _ := strings.Cut(version, "Redshift ")
	d.OK, d.Says = true, fmt.Sprintf("Redshift %s at %s", number, w.place)
	return d
}

// rights makes a schema in a transaction that is rolled back.
func (w *Warehouse) rights(ctx context.Context) archwire.Diagnosis {
	d := archwire.Diagnosis{What: "warehouse: rights", OK: true, Says: "schemas and tables may be made"}
	err := w.session(ctx, func(l link) error {
		s := l.(*session) //nolint:forcetypeassert // session gives no other
		return s.transact(ctx, "BEGIN", func() error {
			l.later(`CREATE SCHEMA "archwire doctor"`, `CREATE TABLE "archwire doctor"."table" (nothing BOOLEAN)`)
			return nil
		}, "ROLLBACK")
	})
	if err != nil {
		err = classify("making a schema", err)
		d.OK, d.Says, d.Do = false, archwire.MessageOf(err), "Grant CREATE on the database to the user that archwire logs in as."
	}
	return d
}

// passage sends a row through the staging place.
func (w *Warehouse) passage(ctx context.Context) archwire.Diagnosis {
	d := archwire.Diagnosis{What: "warehouse: staging", OK: true, Says: "Redshift reads what archwire writes to " + w.staging}
	if err := w.pass(ctx); err != nil {
		err = classify("loading a row by way of "+w.staging, err)
		d.OK, d.Says, d.Do = false, archwire.MessageOf(err), archwire.HintOf(err)
		if d.Do == "" {
			d.Do = "Look at warehouse.staging and warehouse.role in archwire.yaml; docs/reference/redshift.md lists what the role must be allowed."
		}
	}
	return d
}

func (w *Warehouse) pass(ctx context.Context) (err error) {
	const folder, mark, table = "doctor", "~N~", `"archwire doctor row"`
	t := archwire.Table{Columns: []archwire.Column{{Name: "nothing", Type: archwire.Type{Kind: archwire.Bool}}}}
	name := folder + "/row.csv"
	if err := w.store.Put(ctx, name+".gz", bytes.NewReader(compressed("true\n"))); err != nil {
		return err
	}
	err = w.session(ctx, func(l link) error {
		s := l.(*session) //nolint:forcetypeassert // session gives no other
		return s.transact(ctx, "BEGIN", func() error {
			if _, err := l.exec(ctx, "CREATE TEMP TABLE "+table+" (nothing BOOLEAN)"); err != nil {
				return err
			}
			return w.copyParts(ctx, l, folder, table, t.Columns, mark, []part{{Name: name + ".gz", Rows: 1}})
		}, "ROLLBACK")
	})
	objects, failed := w.store.List(ctx, folder+"/")
	if failed != nil {
		return err
	}
	for _, o := range objects {
		w.store.Delete(ctx, o.Name) //nolint:errcheck // the next doctor tries again
	}
	return err
}
