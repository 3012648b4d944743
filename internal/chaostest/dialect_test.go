package chaostest

import (
	"fmt"
	"strings"
)

// A dialect writes what engines write each in their own way. Types are named as
// PostgreSQL does, parameters are $1, $2 and so on.
type dialect interface {
	moment(secondsAgo int) string
	typ(name string) string
	removeItem() string // one row of code $1, label $2 and price $3
	renameColumn(table, from, to string) string
	renameTable(from, to string) string
	addColumn(table, name, typ string) string
	retype(table, column, typ string) string
	rekey(table, key string) []string
	createSpare() []string
	waitsAtMost(milliseconds int) string // for locks, the transaction at hand
	scansWait() bool                     // for locks of rows that they do not want
}

// inPostgres is PostgreSQL's.
type inPostgres struct{}

func (inPostgres) moment(secondsAgo int) string {
	if secondsAgo == 0 {
		return "clock_timestamp()"
	}
	return fmt.Sprintf("clock_timestamp() - interval '%d seconds'", secondsAgo)
}

func (inPostgres) typ(name string) string { return name }

func (inPostgres) removeItem() string {
	return "delete from item where ctid = (select ctid from item where item_code = $1 and label = $2 and price = $3 limit 1)"
}

func (inPostgres) renameColumn(table, from, to string) string {
	return fmt.Sprintf("alter table %s rename column %s to %s", table, from, to)
}

func (inPostgres) renameTable(from, to string) string {
	return fmt.Sprintf("alter table %s rename to %s", from, to)
}

func (inPostgres) addColumn(table, name, typ string) string {
	return fmt.Sprintf("alter table %s add column %s %s", table, name, typ)
}

func (inPostgres) retype(table, column, typ string) string {
	return fmt.Sprintf("alter table %s alter column %s type %s using %s::%s", table, column, typ, column, typ)
}

func (inPostgres) rekey(table, key string) []string {
	return []string{fmt.Sprintf("alter table %[1]s drop constraint %[1]s_pkey, add constraint %[1]s_pkey primary key (%[2]s)", table, key)}
}

func (inPostgres) createSpare() []string {
	return []string{"create table spare (spare_id bigint primary key, shop_id bigint not null, body text)"}
}

func (inPostgres) waitsAtMost(milliseconds int) string {
	return fmt.Sprintf("set local lock_timeout = '%dms'", milliseconds)
}

func (inPostgres) scansWait() bool { return false }

// inTSQL is SQL Server's. Change tracking needs the primary key that a table has,
// and ends where it goes.
type inTSQL struct{}

func (inTSQL) moment(secondsAgo int) string {
	return fmt.Sprintf("dateadd(second, -%d, sysdatetimeoffset())", secondsAgo)
}

func (inTSQL) typ(name string) string {
	base, length, sized := strings.Cut(name, "(")
	switch base {
	case "text", "jsonb":
		return "nvarchar(max)"
	case "boolean":
		return "bit"
	case "timestamp":
		return "datetime2(6)"
	case "timestamptz":
		return "datetimeoffset(6)"
	case "varchar":
		base = "nvarchar"
	case "numeric":
		base = "decimal"
	}
	if sized {
		return base + "(" + length
	}
	return base
}

func (inTSQL) removeItem() string {
	return "delete top (1) from item where item_code = $1 and label = $2 and price = $3"
}

func (inTSQL) renameColumn(table, from, to string) string {
	return fmt.Sprintf("exec sp_rename 'dbo.%s.%s', '%s', 'COLUMN'", table, from, to)
}

func (inTSQL) renameTable(from, to string) string {
	return fmt.Sprintf("exec sp_rename 'dbo.%s', '%s'", from, to)
}

// addColumn leaves a default out: it would be a constraint, which keeps the column
// from being dropped.
func (d inTSQL) addColumn(table, name, typ string) string {
	typ, _, _ = strings.Cut(typ, " default")
	return fmt.Sprintf("alter table %s add %s %s null", table, name, d.typ(typ))
}

func (d inTSQL) retype(table, column, typ string) string {
	return fmt.Sprintf("alter table %s alter column %s %s null", table, column, d.typ(typ))
}

func (inTSQL) rekey(table, key string) []string {
	return []string{
		fmt.Sprintf("alter table %s disable change_tracking", table),
		fmt.Sprintf("alter table %[1]s drop constraint %[1]s_pkey", table),
		fmt.Sprintf("alter table %[1]s add constraint %[1]s_pkey primary key (%[2]s)", table, key),
		fmt.Sprintf("alter table %s enable change_tracking", table),
	}
}

func (d inTSQL) createSpare() []string {
	return []string{
		"create table spare (spare_id bigint not null constraint spare_pkey primary key, shop_id bigint not null, body " + d.typ("text") + ")",
		"alter table spare enable change_tracking",
	}
}

func (inTSQL) waitsAtMost(milliseconds int) string {
	return fmt.Sprintf("set lock_timeout %d", milliseconds)
}

func (inTSQL) scansWait() bool { return true }
