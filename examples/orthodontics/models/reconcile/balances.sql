/* archwire
description: From what accounts owed at the end of the month before to what they owe at the end of a month, or on the business date, by what was posted in between.
key: [practice_id, month, location_id, cause]
tenant: practice_id
*/
with states as (
  select practice_id, location_id, date_trunc('month', as_of)::date as month, sum(receivables + credits) as balance
  from receivables.receivables
  group by practice_id, location_id, date_trunc('month', as_of)::date
),
items as (
  select practice_id, month, location_id, 'to' as cause, balance as value
  from states
  union all
  select s.practice_id, add_months(s.month, 1)::date, s.location_id, 'from', s.balance
  from states s
  cross join archwire.run r
  where add_months(s.month, 1)::date <= r.as_of
  union all
  select practice_id, date_trunc('month', as_of)::date, location_id, cause, amount
  from reconcile.postings
)
select practice_id, month, location_id, cause, cast(sum(value) as decimal(18, 2)) as value
from items
group by practice_id, month, location_id, cause
