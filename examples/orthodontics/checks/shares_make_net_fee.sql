/* archwire
description: A contract whose accounts do not add up to its net fee.
*/
with shares as (
  select practice_id, contract_id, sum(share_amount) as share_amount
  from rcm.contract_account
  group by practice_id, contract_id
)
select c.practice_id, c.contract_id
from rcm.contract c
join shares s on s.practice_id = c.practice_id and s.contract_id = c.contract_id
where s.share_amount <> c.net_fee
