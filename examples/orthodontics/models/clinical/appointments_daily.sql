/* archwire
description: Appointments per scheduled day, location and type, by what became of them. Plain duplicates - same patient, time and type - count once.
key: [practice_id, scheduled_on, location_id, appt_type]
tenant: practice_id
*/
with ranked as (
  select
    practice_id,
    scheduled_start::date as scheduled_on,
    location_id,
    appt_type,
    status,
    row_number() over (
      partition by practice_id, patient_id, scheduled_start, appt_type
      order by appointment_id
    ) as copy_no
  from pms.appointment
)
select
  a.practice_id,
  a.scheduled_on,
  a.location_id,
  a.appt_type,
  count(*) as appointments,
  cast(sum(case when a.status = 'completed' then 1 else 0 end) as bigint) as completed,
  cast(sum(case when a.status = 'walk_in' then 1 else 0 end) as bigint) as walk_ins,
  cast(sum(case when a.status = 'no_show' then 1 else 0 end) as bigint) as no_shows,
  cast(sum(case when a.status = 'cancelled' then 1 else 0 end) as bigint) as cancelled,
  cast(sum(case when a.status = 'changed' then 1 else 0 end) as bigint) as moved
from ranked a
cross join archwire.run r
where a.copy_no = 1
  and a.scheduled_on <= r.as_of
group by a.practice_id, a.scheduled_on, a.location_id, a.appt_type
