/* archwire
description: Treatments started and completed per day, location, provider, coordinator, category, subtype and origin.
key: [practice_id, event_date, location_id, provider_id, coordinator_id, category, subtype, start_origin]
tenant: practice_id
*/
with events as (
  select
    practice_id, start_date as event_date, location_id, provider_id, coordinator_id, category, subtype, start_origin,
    1 as starts, same_day as same_day_starts, 0 as debonds
  from base.treatments
  where start_date is not null
  union all
  select
    practice_id, debond_date, location_id, provider_id, coordinator_id, category, subtype, start_origin,
    0, 0, 1
  from base.treatments
  where debond_date is not null
)
select
  practice_id,
  event_date,
  location_id,
  provider_id,
  coordinator_id,
  category,
  subtype,
  start_origin,
  cast(sum(starts) as bigint) as starts,
  cast(sum(same_day_starts) as bigint) as same_day_starts,
  cast(sum(debonds) as bigint) as debonds
from events
group by practice_id, event_date, location_id, provider_id, coordinator_id, category, subtype, start_origin
