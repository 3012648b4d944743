/* archwire
description: The locations of a practice and the treatment coordinators of their patients. A location without patients has one row, with coordinator_id 0.
key: [practice_id, location_id, coordinator_id]
tenant: practice_id
*/
select distinct l.practice_id, l.location_id, coalesce(p.coordinator_id, 0) as coordinator_id
from rcm.location l
left join pms.patient p on p.practice_id = l.practice_id and p.location_id = l.location_id
