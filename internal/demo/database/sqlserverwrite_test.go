package database

import "testing"

// TestStatements shows what is sent to SQL Server for a table with a key of two
// columns and a name that needs its brackets.
func TestStatements(t *testing.T) {
	t.Parallel()
	columns := []column{
		{name: "office", kind: "bigint", bytes: 8, key: true},
		{name: "on", kind: "date", bytes: 3, key: true},
		{name: "a]b", kind: "nvarchar", bytes: 80},
		{name: "at", kind: "datetimeoffset", bytes: 10, scale: 6},
	}
	for _, c := range []struct{ got, want string }{
		{
			createSQL("#night_close", columns),
			"create table #night_close ([office] bigint null, [on] date null, [a]]b] nvarchar(40) null, [at] datetimeoffset(6) null)",
		},
		{
			updateSQL("close", "#night_close", columns),
			"update t set [a]]b] = s.[a]]b], [at] = s.[at] from [dbo].[close] as t join #night_close as s on t.[office] = s.[office] and t.[on] = s.[on]",
		},
		{
			insertSQL("close", "#night_close", columns),
			"insert into [dbo].[close] ([office], [on], [a]]b], [at]) select s.[office], s.[on], s.[a]]b], s.[at] from #night_close as s" +
				" where not exists (select 1 from [dbo].[close] as t where t.[office] = s.[office] and t.[on] = s.[on])",
		},
		{deleteSQL("close", columns, []int64{-1, 2}), "delete from [dbo].[close] where [office] in (-1, 2)"},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"sqlserver://sa:s3cret@localhost:port?database=x":           "the address of the database of SQL Server is not one that its driver understands",
		"sqlserver://sa:s3cret@localhost?database=x&encrypt=strict": "the driver of SQL Server cannot load rows over a connection with encrypt=strict",
	} {
		if _, err := SQLServer(dsn); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
