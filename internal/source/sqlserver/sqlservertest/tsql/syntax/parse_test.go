package syntax

import (
	"errors"
	"testing"
)

// FuzzParse looks for text that the parser does not survive.
func FuzzParse(f *testing.F) {
	for _, sql := range []string{
		"select top (1) a.*, [b]] c] as x, 'it''s' from dbo.t as a with (nolock) left join (values (1, N'x')) as v(p, q) on a.id = v.p where not exists (select 1) order by 1 desc offset 1 rows fetch next 2 rows only option (recompile)",
		"insert into t (a) values (1.5e3), (default), (0xFF) update t set a += 1 from t join #s as s on 1 = 1 delete top (1) t where a in (1, 2) or b like '[a]%' escape '!' and c between 1 and 2",
		"create table s.t (id int identity(1,1) not null constraint pk primary key clustered, c as (a + 1) persisted, d datetime2(7) default (sysdatetime()), index ix (d)) with (memory_optimized = on)",
		"alter database current set change_tracking = on (change_retention = 2 days, auto_cleanup = on); alter table t enable change_tracking with (track_columns_updated = on)",
		"begin try if @@trancount > 0 rollback else throw end try begin catch declare @x int = 1, @y nvarchar(max); while 1 = 0 begin print @y end end catch",
		"select convert(varchar(max), x, 2), row_number() over (partition by a order by b desc), case x when 1 then 2 else null end from changetable(changes t, 1) as c /* /* */ */ -- end",
		"exec sp_rename 's.t.c', 'd', 'COLUMN' grant select on object::s.t to u insert bulk t ([a] int, b nvarchar(5) collate x) with (check_constraints)",
	} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		_, err := Parse(sql)
		if _, ok := errors.AsType[*Error](err); err != nil && !ok {
			t.Errorf("%q: %v", sql, err)
		}
	})
}
