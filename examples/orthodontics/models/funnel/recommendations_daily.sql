/* archwire
description: Exams from which treatment was recommended per day of the recommendation, location, coordinator and exam type.
key: [practice_id, recommended_on, location_id, coordinator_id, exam_type]
tenant: practice_id
*/
select
  e.practice_id,
  e.recommended_on,
  e.location_id,
  e.coordinator_id,
  e.exam_type,
  count(*) as recommendations
from pms.exam e
cross join archwire.run r
where e.recommended_on <= r.as_of
group by e.practice_id, e.recommended_on, e.location_id, e.coordinator_id, e.exam_type
