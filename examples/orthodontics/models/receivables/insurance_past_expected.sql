/* archwire
description: Insurance payments that are later than expected, per location, payer and age, at every month end and on the business date. A payer has rows for each location and age from the first date on which it owed anything there.
key: [practice_id, as_of, location_id, payer_id, ageing]
tenant: practice_id
*/
with changes as (
  select practice_id, location_id, payer_id, ageing, as_of, change
  from receivables.ageing_changes
  where payer_kind = 'insurance'
    and ageing not in ('not yet due', 'due today')
),
owing as (
  select practice_id, location_id, payer_id, ageing, min(as_of) as first_as_of
  from changes
  group by practice_id, location_id, payer_id, ageing
),
dense as (
  select practice_id, location_id, payer_id, ageing, as_of, change
  from changes
  union all
  select o.practice_id, o.location_id, o.payer_id, o.ageing, d.as_of, 0
  from owing o
  join base.snapshot_dates d on d.practice_id = o.practice_id and d.as_of >= o.first_as_of
),
sums as (
  select practice_id, location_id, payer_id, ageing, as_of, sum(change) as change
  from dense
  group by practice_id, location_id, payer_id, ageing, as_of
)
select
  practice_id,
  as_of,
  location_id,
  payer_id,
  ageing,
  cast(sum(change) over (partition by practice_id, location_id, payer_id, ageing order by as_of rows unbounded preceding) as decimal(18, 2)) as past_expected
from sums
