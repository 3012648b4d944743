package pipeline

import (
	"testing"

	"archwire"
)

func TestDefinitionIsOfTheQueryAndTheFormOfAModel(t *testing.T) {
	plain := archwire.Model{Name: "sales.daily", SQL: "select 1 as a", Key: []string{"a"}, Tenant: "shop_id"}
	change := func(how func(*archwire.Model)) archwire.Model {
		m := plain
		how(&m)
		return m
	}
	r := &Runner{}
	for name, same := range map[string]archwire.Model{
		"a table is what a model is":    change(func(m *archwire.Model) { m.Materialized = archwire.AsTable }),
		"words about it change nothing": change(func(m *archwire.Model) { m.Description, m.File, m.Line = "other words", "other.sql", 7 }),
	} {
		if r.definition(same) != r.definition(plain) {
			t.Errorf("%s, but the definition is another one", name)
		}
	}
	seen := map[string]string{r.definition(plain): "plain"}
	for name, other := range map[string]archwire.Model{
		"a query":              change(func(m *archwire.Model) { m.SQL = "select 2 as a" }),
		"a key":                change(func(m *archwire.Model) { m.Key = nil }),
		"a key of two columns": change(func(m *archwire.Model) { m.Key = []string{"a", "b"} }),
		"a tenant":             change(func(m *archwire.Model) { m.Tenant = "" }),
		"a view":               change(func(m *archwire.Model) { m.Materialized = archwire.AsView }),
		"a view if it fits":    change(func(m *archwire.Model) { m.Materialized = archwire.AsFits }),
		"refreshed by itself":  change(func(m *archwire.Model) { m.AutoRefresh = true }),
	} {
		digest := r.definition(other)
		if was, doubled := seen[digest]; doubled {
			t.Errorf("%s has the definition of %s", name, was)
		}
		seen[digest] = name
	}
}
