/* archwire
description: A location or coordinator whose list of pending patients is not as long as the number of them on the business date.
*/
select practice_id, location_id, coordinator_id, waiting
from (
  select practice_id, location_id, coordinator_id, waiting, 1 as patients
  from funnel.pending_list
  union all
  select s.practice_id, s.location_id, s.coordinator_id, s.waiting, -s.pending_patients
  from funnel.pending_patients s
  join archwire.run r on r.as_of = s.as_of
) both_sides
group by practice_id, location_id, coordinator_id, waiting
having sum(patients) <> 0
