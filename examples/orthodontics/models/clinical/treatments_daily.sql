/* archwire
description: Treatments started and completed per day, location, provider, coordinator, category, subtype and origin.
key: [practice_id, event_date, location_id, provider_id, coordinator_id, category, subtype, start_origin]
tenant: practice_id
*/
with events as (
  select
    practice_id, start_date as event_date, location_id, provider_id, coordinator_id, category, subtype, start_origin,
    1 as starts, same_day as same_day_starts, 0 as debonds,
    0 as measured_debonds, 0 as actual_months, 0 as estimated_months, 0 as followed_debonds, 0 as visits
  from base.treatments
  where start_date is not null
  union all
  select
    t.practice_id, t.debond_date, t.location_id, t.provider_id, t.coordinator_id, t.category, t.subtype, t.start_origin,
    0, 0, 1,
    c.measured, coalesce(c.actual_months, 0), coalesce(c.estimated_months, 0), c.followed, coalesce(c.visits, 0)
  from base.treatments t
  join clinical.completed_cases c on c.practice_id = t.practice_id and c.treatment_id = t.treatment_id
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
  cast(sum(case when category <> 'phase2' then starts else 0 end) as bigint) as starts_without_phase2,
  cast(sum(case when start_origin = 'observation' then starts else 0 end) as bigint) as starts_from_observation,
  cast(sum(case when category = 'phase2' then starts else 0 end) as bigint) as phase2_starts,
  cast(sum(same_day_starts) as bigint) as same_day_starts,
  cast(sum(debonds) as bigint) as debonds,
  cast(sum(case when category = 'phase1' then debonds else 0 end) as bigint) as phase1_debonds,
  cast(sum(measured_debonds) as bigint) as measured_debonds,
  cast(sum(actual_months) as decimal(18, 2)) as actual_months,
  cast(sum(estimated_months) as decimal(18, 2)) as estimated_months,
  cast(sum(followed_debonds) as bigint) as followed_debonds,
  cast(sum(visits) as bigint) as visits
from events
group by practice_id, event_date, location_id, provider_id, coordinator_id, category, subtype, start_origin
