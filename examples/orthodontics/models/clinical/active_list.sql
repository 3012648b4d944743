/* archwire
description: Patients whose status is active on the business date, with when they were seen last and when they are to come next. last_seen_on is null for who was not seen since the practice was on the platform.
key: [practice_id, patient_id]
tenant: practice_id
*/
with active as (
  select
    s.practice_id,
    s.patient_id,
    s.treatment_id,
    coalesce(s.treatment_category, 'unknown') as category,
    greatest(s.from_date, c.go_live_date) as counted_from,
    row_number() over (partition by s.practice_id, s.patient_id order by s.from_date desc, s.history_id desc) as newest
  from pms.status_history s
  join rcm.practice c on c.practice_id = s.practice_id
  cross join archwire.run r
  where s.status = 'active'
    and s.from_date <= r.as_of
    and (s.to_date is null or s.to_date > r.as_of)
),
schedule as (
  select
    a.practice_id,
    a.patient_id,
    max(case when a.kept = 1 and a.scheduled_on <= r.as_of then a.scheduled_on end) as last_seen_on,
    min(case
      when a.scheduled_on > r.as_of and a.booked_on <= r.as_of and (a.ended_on is null or a.ended_on > r.as_of) then a.scheduled_on
    end) as next_appointment_on
  from base.appointments a
  cross join archwire.run r
  group by a.practice_id, a.patient_id
)
select
  a.practice_id,
  a.patient_id,
  p.location_id,
  p.provider_id,
  p.coordinator_id,
  a.treatment_id,
  a.category,
  t.start_date,
  t.edc,
  coalesce(t.over_edc, false) as over_edc,
  k.next_appointment_on,
  k.last_seen_on,
  cast(floor((r.as_of - k.last_seen_on)::double precision / 7) as integer) as weeks_since_seen,
  case when k.next_appointment_on is null then true else false end as without_next_appointment,
  case when greatest(coalesce(k.last_seen_on, a.counted_from), a.counted_from) < r.as_of - 84 then true else false end as not_seen_12_weeks,
  h.first_name,
  h.last_name,
  h.phone
from active a
cross join archwire.run r
join pms.patient p on p.practice_id = a.practice_id and p.patient_id = a.patient_id
left join schedule k on k.practice_id = a.practice_id and k.patient_id = a.patient_id
left join clinical.treatments t on t.practice_id = a.practice_id and t.treatment_id = a.treatment_id
left join pms.person h on h.practice_id = p.practice_id and h.person_id = p.person_id
where a.newest = 1
