/* archwire
description: Treatments whose final arch was debonded, with how long they took and how many visits. Months - of 30.4375 days, to two decimals - are null unless the banding, the original estimate and the debond are all known and in order; visits unless the treatment was banded since the practice was on the platform, for earlier visits are not known.
key: [practice_id, treatment_id]
tenant: practice_id
*/
with cases as (
  select
    t.practice_id,
    t.treatment_id,
    t.band_date,
    t.original_edc,
    t.debond_date,
    case when t.band_date < t.debond_date and t.band_date < t.original_edc then 1 else 0 end as measured,
    case when t.band_date <= t.debond_date and t.band_date >= p.go_live_date then 1 else 0 end as followed
  from base.treatments t
  join rcm.practice p on p.practice_id = t.practice_id
  where t.debond_date is not null
),
visits as (
  select c.practice_id, c.treatment_id, count(*) as visits
  from cases c
  join base.appointments a
    on a.practice_id = c.practice_id
    and a.treatment_id = c.treatment_id
    and a.scheduled_on >= c.band_date
    and a.scheduled_on <= c.debond_date
  where a.kept = 1
  group by c.practice_id, c.treatment_id
)
select
  c.practice_id,
  c.treatment_id,
  c.measured,
  -- A month is 487/16 days. Half of a hundredth is never met, for 487 is odd, so
  -- the float is on the right side of it in every engine.
  case when c.measured = 1 then cast(floor((1600 * (c.debond_date - c.band_date) + 243)::double precision / 487) as decimal(10, 0)) * 0.01 end as actual_months,
  case when c.measured = 1 then cast(floor((1600 * (c.original_edc - c.band_date) + 243)::double precision / 487) as decimal(10, 0)) * 0.01 end as estimated_months,
  c.followed,
  case when c.followed = 1 then coalesce(v.visits, 0) end as visits
from cases c
left join visits v on v.practice_id = c.practice_id and v.treatment_id = c.treatment_id
