/* archwire
description: Patients whose status is active, those of them without an appointment ahead and those not seen for more than 12 weeks, per location, orthodontist, coordinator and treatment category, at every month end and on the business date. Who was active before was seen for the last time on the first day of the status, or on the practice's first day on the platform.
key: [practice_id, as_of, location_id, provider_id, coordinator_id, category]
tenant: practice_id
*/
with active as (
  select
    d.practice_id,
    d.as_of,
    p.location_id,
    p.provider_id,
    p.coordinator_id,
    coalesce(s.treatment_category, 'unknown') as category,
    s.patient_id,
    max(greatest(s.from_date, r.go_live_date)) as counted_from
  from pms.status_history s
  join base.snapshot_dates d
    on d.practice_id = s.practice_id
    and d.as_of >= s.from_date
    and (s.to_date is null or d.as_of < s.to_date)
  join pms.patient p on p.practice_id = s.practice_id and p.patient_id = s.patient_id
  join rcm.practice r on r.practice_id = s.practice_id
  where s.status = 'active'
  group by d.practice_id, d.as_of, p.location_id, p.provider_id, p.coordinator_id, coalesce(s.treatment_category, 'unknown'), s.patient_id
),
-- Booked by then, for a later day, and not yet cancelled or moved.
ahead as (
  select a.practice_id, a.as_of, a.patient_id
  from active a
  join base.appointments v
    on v.practice_id = a.practice_id
    and v.patient_id = a.patient_id
    and v.booked_on <= a.as_of
    and v.scheduled_on > a.as_of
    and (v.ended_on is null or v.ended_on > a.as_of)
  group by a.practice_id, a.as_of, a.patient_id
),
seen as (
  select a.practice_id, a.as_of, a.patient_id
  from active a
  join base.appointments v
    on v.practice_id = a.practice_id
    and v.patient_id = a.patient_id
    and v.scheduled_on <= a.as_of
    and v.scheduled_on >= a.as_of - 84
  where v.kept = 1
  group by a.practice_id, a.as_of, a.patient_id
)
select
  a.practice_id,
  a.as_of,
  a.location_id,
  a.provider_id,
  a.coordinator_id,
  a.category,
  count(*) as active_patients,
  cast(sum(case when h.patient_id is null then 1 else 0 end) as bigint) as without_next_appointment,
  cast(sum(case when s.patient_id is null and a.counted_from < a.as_of - 84 then 1 else 0 end) as bigint) as not_seen_12_weeks
from active a
left join ahead h on h.practice_id = a.practice_id and h.as_of = a.as_of and h.patient_id = a.patient_id
left join seen s on s.practice_id = a.practice_id and s.as_of = a.as_of and s.patient_id = a.patient_id
group by a.practice_id, a.as_of, a.location_id, a.provider_id, a.coordinator_id, a.category
