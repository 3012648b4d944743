/* archwire
description: A payment of which more was taken back than it brought.
*/
select p.practice_id, p.txn_id
from rcm.ledger_transaction p
join (
  select practice_id, reverses_id, sum(amount) as amount
  from rcm.ledger_transaction
  where reverses_id is not null
  group by practice_id, reverses_id
) r on r.practice_id = p.practice_id and r.reverses_id = p.txn_id
where r.amount > -p.amount
