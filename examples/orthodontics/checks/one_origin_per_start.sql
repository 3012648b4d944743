/* archwire
description: A start whose origin is none of the five.
*/
select practice_id, treatment_id
from base.treatments
where start_date is not null
  and start_origin not in ('exam', 'observation', 'phase_1', 'transfer_in', 'retreat')
