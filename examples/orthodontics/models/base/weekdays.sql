/* archwire
description: The weekdays of the history, up to the business date - the days on which books are closed. first_date is the first date whose postings the day takes; a Monday takes the weekend's too.
key: [business_date]
*/
with digits as (
  select 0 as n union all select 1 union all select 2 union all select 3 union all select 4
  union all select 5 union all select 6 union all select 7 union all select 8 union all select 9
),
-- 100,000 days are more than any history has.
days as (
  select h.first_day + a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n as business_date
  from base.history h
  cross join digits a
  cross join digits b
  cross join digits c
  cross join digits d
  cross join digits e
)
select
  d.business_date,
  case when extract(dow from d.business_date) = 1 then d.business_date - 2 else d.business_date end as first_date
from days d
cross join archwire.run r
where d.business_date <= r.as_of
  and extract(dow from d.business_date) between 1 and 5
