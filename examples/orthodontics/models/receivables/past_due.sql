/* archwire
description: What is due and unpaid, per location, payer kind and age, at every month end and on the business date.
key: [practice_id, as_of, location_id, payer_kind, ageing]
tenant: practice_id
*/
with classes as (
  select 'due today' as ageing
  union all select '1-30'
  union all select '31-60'
  union all select '61-90'
  union all select '91-120'
  union all select '121-180'
  union all select 'over 180'
),
changes as (
  select practice_id, location_id, payer_kind, ageing, as_of, change
  from receivables.ageing_changes
  where ageing <> 'not yet due'
  union all
  select l.practice_id, l.location_id, k.payer_kind, c.ageing, d.as_of, 0
  from rcm.location l
  join base.snapshot_dates d on d.practice_id = l.practice_id
  cross join (select 'responsible_party' as payer_kind union all select 'insurance') k
  cross join classes c
),
sums as (
  select practice_id, location_id, payer_kind, ageing, as_of, sum(change) as change
  from changes
  group by practice_id, location_id, payer_kind, ageing, as_of
)
select
  practice_id,
  as_of,
  location_id,
  payer_kind,
  ageing,
  cast(sum(change) over (partition by practice_id, location_id, payer_kind, ageing order by as_of rows unbounded preceding) as decimal(18, 2)) as past_due
from sums
