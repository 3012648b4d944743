/* archwire
description: Phase-1 treatments debonded per day, location and provider, and how many of their patients started phase 2 within 36 months. A month is there once 36 months have passed since its last day, and only since the practice was on the platform.
key: [practice_id, debond_date, location_id, provider_id]
tenant: practice_id
*/
with followed as (
  select
    a.practice_id,
    a.treatment_id,
    a.debond_date,
    a.location_id,
    a.provider_id,
    max(case when b.start_date <= add_months(a.debond_date, 36)::date then 1 else 0 end) as converted
  from base.treatments a
  join rcm.practice p on p.practice_id = a.practice_id
  cross join archwire.run r
  left join base.treatments b
    on b.practice_id = a.practice_id
    and b.patient_id = a.patient_id
    and b.category = 'phase2'
    and b.start_date >= a.debond_date
  where a.category = 'phase1'
    and a.debond_date >= p.go_live_date
    and add_months(last_day(a.debond_date)::date, 36)::date <= r.as_of
  group by a.practice_id, a.treatment_id, a.debond_date, a.location_id, a.provider_id
)
select
  practice_id,
  debond_date,
  location_id,
  provider_id,
  count(*) as phase1_debonds,
  cast(sum(converted) as bigint) as phase2_starts
from followed
group by practice_id, debond_date, location_id, provider_id
