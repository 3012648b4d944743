/* archwire
description: Treatments started and debonded in the 12 months up to every month end and the business date, per location. Both are 0 until the practice was on the platform for 12 months.
key: [practice_id, as_of, location_id]
tenant: practice_id
*/
with years as (
  select d.practice_id, d.as_of, add_months(d.as_of, -12)::date as after
  from base.snapshot_dates d
  join rcm.practice p on p.practice_id = d.practice_id
  where add_months(d.as_of, -12)::date >= p.go_live_date - 1
),
counts as (
  select y.practice_id, y.as_of, t.location_id, t.starts, t.debonds
  from clinical.treatments_daily t
  join years y on y.practice_id = t.practice_id and t.event_date > y.after and t.event_date <= y.as_of
  union all
  -- A row for each location on every date, so that the newest date is the
  -- newest for all of them.
  select l.practice_id, d.as_of, l.location_id, 0, 0
  from rcm.location l
  join base.snapshot_dates d on d.practice_id = l.practice_id
)
select
  practice_id,
  as_of,
  location_id,
  cast(sum(starts) as bigint) as starts,
  cast(sum(debonds) as bigint) as debonds
from counts
group by practice_id, as_of, location_id
