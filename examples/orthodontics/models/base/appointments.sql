/* archwire
description: Appointments by local dates - booked, scheduled and, where something became of them, ended. Plain duplicates - same patient, time and type - count once, by the lowest number.
key: [practice_id, appointment_id]
tenant: practice_id
*/
with ranked as (
  select
    practice_id,
    appointment_id,
    patient_id,
    location_id,
    provider_id,
    treatment_id,
    appt_type,
    status,
    scheduled_start,
    status_at,
    booked_at,
    row_number() over (
      partition by practice_id, patient_id, scheduled_start, appt_type
      order by appointment_id
    ) as copy_no
  from pms.appointment
)
select
  a.practice_id,
  a.appointment_id,
  a.patient_id,
  a.location_id,
  a.provider_id,
  a.treatment_id,
  a.appt_type,
  a.status,
  a.scheduled_start::date as scheduled_on,
  convert_timezone(l.time_zone, a.booked_at)::date as booked_on,
  case when a.status <> 'scheduled' then convert_timezone(l.time_zone, a.status_at)::date end as ended_on,
  case when a.status in ('completed', 'walk_in') then 1 else 0 end as kept,
  case
    when a.status = 'cancelled'
      and a.status_at::timestamp > convert_timezone(l.time_zone, 'UTC', a.scheduled_start) - interval '24 hours' then 1
    else 0
  end as cancelled_late
from ranked a
left join rcm.location l on l.practice_id = a.practice_id and l.location_id = a.location_id
where a.copy_no = 1
