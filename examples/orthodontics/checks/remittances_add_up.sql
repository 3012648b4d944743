/* archwire
description: A remittance whose lines do not add up to its amount.
*/
with lines as (
  select practice_id, remittance_id, sum(paid) as paid
  from rcm.remittance_line
  group by practice_id, remittance_id
)
select m.practice_id, m.remittance_id
from rcm.remittance m
left join lines l on l.practice_id = m.practice_id and l.remittance_id = m.remittance_id
where m.amount <> coalesce(l.paid, 0)
