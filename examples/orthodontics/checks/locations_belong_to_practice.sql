/* archwire
description: Rows at a location that is not one of the practice. Snapshots state one row for each location of a practice.
*/
with used as (
  select 'ledger_transaction' as rows_of, practice_id, location_id from rcm.ledger_transaction group by practice_id, location_id
  union all
  select 'contract', practice_id, location_id from rcm.contract group by practice_id, location_id
  union all
  select 'claim', practice_id, location_id from rcm.claim group by practice_id, location_id
  union all
  select 'patient', practice_id, location_id from pms.patient group by practice_id, location_id
  union all
  select 'exam', practice_id, location_id from pms.exam group by practice_id, location_id
  union all
  select 'treatment', practice_id, location_id from pms.treatment group by practice_id, location_id
  union all
  select 'appointment', practice_id, location_id from pms.appointment group by practice_id, location_id
)
select u.rows_of, u.practice_id, u.location_id
from used u
left join rcm.location l on l.practice_id = u.practice_id and l.location_id = u.location_id
where l.location_id is null
