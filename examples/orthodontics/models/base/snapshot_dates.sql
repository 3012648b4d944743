/* archwire
description: The dates on which states are stated, per practice - every month end of the history and the business date.
key: [practice_id, as_of]
tenant: practice_id
*/
with digits as (
  select 0 as n union all select 1 union all select 2 union all select 3 union all select 4
  union all select 5 union all select 6 union all select 7 union all select 8 union all select 9
),
-- 1,000 months are more than any history has.
months as (
  select last_day(add_months(h.first_day, a.n + 10 * b.n + 100 * c.n)::date) as month_end
  from base.history h
  cross join digits a
  cross join digits b
  cross join digits c
),
-- The month of the business date is stated as of that date.
dates as (
  select least(m.month_end, r.as_of) as as_of
  from months m
  cross join archwire.run r
  where date_trunc('month', m.month_end)::date <= r.as_of
)
select
  p.practice_id,
  d.as_of
from rcm.practice p
cross join dates d
