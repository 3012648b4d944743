/* archwire
description: A patient with two statuses at the end of one day.
*/
select practice_id, patient_id, from_date
from (
  select
    practice_id,
    patient_id,
    from_date,
    to_date,
    lead(from_date) over (partition by practice_id, patient_id order by from_date, history_id) as next_from
  from pms.status_history
  where to_date is null or to_date > from_date
) h
where next_from is not null
  and (to_date is null or to_date > next_from)
