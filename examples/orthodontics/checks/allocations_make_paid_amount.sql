/* archwire
description: An instalment whose paid amount is not the sum of its allocations.
*/
with paid as (
  select practice_id, instalment_id, sum(amount) as amount
  from rcm.allocation
  group by practice_id, instalment_id
)
select i.practice_id, i.instalment_id
from rcm.instalment i
left join paid p on p.practice_id = i.practice_id and p.instalment_id = i.instalment_id
where i.paid_amount <> coalesce(p.amount, 0)
