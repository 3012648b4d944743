/* archwire
description: A location whose list of active patients says otherwise than the numbers of them on the business date - how many there are, without an appointment ahead, or not seen for 12 weeks.
*/
select practice_id, location_id, category
from (
  select
    practice_id,
    location_id,
    category,
    1 as patients,
    case when without_next_appointment then 1 else 0 end as unscheduled,
    case when not_seen_12_weeks then 1 else 0 end as unseen
  from clinical.active_list
  union all
  select s.practice_id, s.location_id, s.category, -s.active_patients, -s.without_next_appointment, -s.not_seen_12_weeks
  from clinical.active_care s
  join archwire.run r on r.as_of = s.as_of
) both_sides
group by practice_id, location_id, category
having sum(patients) <> 0
  or sum(unscheduled) <> 0
  or sum(unseen) <> 0
