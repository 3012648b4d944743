/* archwire
description: A location whose treatments, one by one, are not as many as were counted - in progress and past their estimate on the business date, or started and debonded ever.
*/
with listed as (
  select
    practice_id,
    location_id,
    category,
    case when in_progress then 1 else 0 end as in_progress,
    case when over_edc then 1 else 0 end as over_edc,
    case when start_date is not null then 1 else 0 end as starts,
    case when debond_date is not null then 1 else 0 end as debonds
  from clinical.treatments
),
both_sides as (
  select practice_id, location_id, category, in_progress, over_edc, starts, debonds
  from listed
  union all
  select s.practice_id, s.location_id, s.category, -s.treatments_in_progress, -s.treatments_over_edc, 0, 0
  from clinical.active_care s
  join archwire.run r on r.as_of = s.as_of
  union all
  select practice_id, location_id, category, 0, 0, -starts, -debonds
  from clinical.treatments_daily
)
select practice_id, location_id, category
from both_sides
group by practice_id, location_id, category
having sum(in_progress) <> 0
  or sum(over_edc) <> 0
  or sum(starts) <> 0
  or sum(debonds) <> 0
