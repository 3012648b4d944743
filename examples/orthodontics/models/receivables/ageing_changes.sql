/* archwire
description: By how much the unpaid amount of an age class changes from one snapshot date to the next. Cumulated over the snapshot dates it is the amount at each of them - so that no line need be joined with every month it lives through.
key: [practice_id, location_id, payer_kind, payer_id, ageing, as_of]
tenant: practice_id
*/
with classes as (
  -- From so many days after the due date, to so many; null is without end.
  select 'not yet due' as ageing, cast(null as integer) as first_day, -1 as last_day
  union all select 'due today', 0, 0
  union all select '1-30', 1, 30
  union all select '31-60', 31, 60
  union all select '61-90', 61, 90
  union all select '91-120', 91, 120
  union all select '121-180', 121, 180
  union all select 'over 180', 181, null
),
spells as (
  select
    s.practice_id,
    s.location_id,
    s.payer_kind,
    s.payer_id,
    c.ageing,
    s.unpaid,
    greatest(s.from_date, s.due_date + c.first_day, h.first_day) as from_date,
    least(s.to_date, s.due_date + c.last_day + 1) as to_date
  from base.line_steps s
  cross join classes c
  cross join base.history h
),
-- A state holds at a snapshot date from the first one that is not before it.
snapshots as (
  select
    s.practice_id,
    s.location_id,
    s.payer_kind,
    s.payer_id,
    s.ageing,
    s.unpaid,
    least(last_day(s.from_date), r.as_of) as from_snapshot,
    case when s.to_date <= r.as_of then least(last_day(s.to_date), r.as_of) end as to_snapshot
  from spells s
  cross join archwire.run r
  where s.from_date <= r.as_of
    and (s.to_date is null or s.from_date < s.to_date)
),
changes as (
  select practice_id, location_id, payer_kind, payer_id, ageing, from_snapshot as as_of, unpaid as change
  from snapshots
  where to_snapshot is null or from_snapshot < to_snapshot
  union all
  select practice_id, location_id, payer_kind, payer_id, ageing, to_snapshot, -unpaid
  from snapshots
  where from_snapshot < to_snapshot
)
select
  practice_id,
  location_id,
  payer_kind,
  payer_id,
  ageing,
  as_of,
  cast(sum(change) as decimal(18, 2)) as change
from changes
group by practice_id, location_id, payer_kind, payer_id, ageing, as_of
