/* archwire
description: New-patient adds, exams kept and treatments started per day, location and coordinator, side by side for the ratios between them. An add has no coordinator yet, which is coordinator_id 0.
key: [practice_id, event_date, location_id, coordinator_id]
tenant: practice_id
*/
with events as (
  select practice_id, created_on as event_date, location_id, 0 as coordinator_id, adds, 0 as exams_kept, 0 as starts, 0 as starts_without_phase2, 0 as same_day_starts
  from funnel.new_patients_daily
  union all
  select practice_id, kept_on, location_id, coordinator_id, 0, exams_kept, 0, 0, 0
  from funnel.exams_daily
  union all
  select
    practice_id,
    start_date,
    location_id,
    coordinator_id,
    0,
    0,
    1,
    case when category <> 'phase2' then 1 else 0 end,
    same_day
  from base.treatments
  where start_date is not null
)
select
  practice_id,
  event_date,
  location_id,
  cast(coordinator_id as bigint) as coordinator_id,
  cast(sum(adds) as bigint) as adds,
  cast(sum(exams_kept) as bigint) as exams_kept,
  cast(sum(starts) as bigint) as starts,
  cast(sum(starts_without_phase2) as bigint) as starts_without_phase2,
  cast(sum(same_day_starts) as bigint) as same_day_starts
from events
group by practice_id, event_date, location_id, coordinator_id
