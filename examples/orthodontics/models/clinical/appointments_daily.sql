/* archwire
description: Appointments per scheduled day, location, orthodontist and type, by what became of them. Plain duplicates - same patient, time and type - count once.
key: [practice_id, scheduled_on, location_id, provider_id, appt_type]
tenant: practice_id
*/
select
  a.practice_id,
  a.scheduled_on,
  a.location_id,
  a.provider_id,
  a.appt_type,
  count(*) as appointments,
  cast(sum(case when a.status = 'completed' then 1 else 0 end) as bigint) as completed,
  cast(sum(case when a.status = 'walk_in' then 1 else 0 end) as bigint) as walk_ins,
  cast(sum(case when a.status = 'no_show' then 1 else 0 end) as bigint) as no_shows,
  cast(sum(case when a.status = 'cancelled' then 1 else 0 end) as bigint) as cancelled,
  cast(sum(a.cancelled_late) as bigint) as cancelled_late,
  cast(sum(case when a.status = 'changed' then 1 else 0 end) as bigint) as moved,
  cast(sum(case when a.appt_type = 'repair' then a.kept else 0 end) as bigint) as repair_visits
from base.appointments a
cross join archwire.run r
where a.scheduled_on <= r.as_of
group by a.practice_id, a.scheduled_on, a.location_id, a.provider_id, a.appt_type
