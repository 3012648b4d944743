/* archwire
description: New-patient exams kept per day, location, coordinator and exam type.
key: [practice_id, kept_on, location_id, coordinator_id, exam_type]
tenant: practice_id
*/
select
  e.practice_id,
  e.kept_on,
  e.location_id,
  e.coordinator_id,
  e.exam_type,
  count(*) as exams_kept,
  cast(sum(case when e.outcome = 'observation' then 1 else 0 end) as bigint) as observations
from pms.exam e
cross join archwire.run r
where e.status = 'kept'
  and e.exam_type in ('new_child', 'new_adult')
  and e.kept_on <= r.as_of
group by e.practice_id, e.kept_on, e.location_id, e.coordinator_id, e.exam_type
