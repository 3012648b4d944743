/* archwire
description: New-patient exams per day of their last schedule, location, coordinator and exam type, by what became of them. Days after the business date are there too.
key: [practice_id, scheduled_on, location_id, coordinator_id, exam_type]
tenant: practice_id
*/
select
  e.practice_id,
  e.scheduled_on,
  e.location_id,
  e.coordinator_id,
  e.exam_type,
  count(*) as exams_scheduled,
  cast(sum(case when e.scheduled_on <= r.as_of and e.status = 'kept' then 1 else 0 end) as bigint) as kept,
  cast(sum(case when e.scheduled_on <= r.as_of and e.status = 'no_show' then 1 else 0 end) as bigint) as no_shows,
  cast(sum(case when e.scheduled_on <= r.as_of and e.status = 'cancelled' then 1 else 0 end) as bigint) as cancelled,
  cast(sum(case when e.scheduled_on > r.as_of and e.status = 'scheduled' then 1 else 0 end) as bigint) as ahead
from pms.exam e
cross join archwire.run r
where e.exam_type in ('new_child', 'new_adult')
group by e.practice_id, e.scheduled_on, e.location_id, e.coordinator_id, e.exam_type
