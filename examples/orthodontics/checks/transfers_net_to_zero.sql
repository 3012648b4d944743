/* archwire
description: A transfer whose two halves do not cancel out.
*/
select a.practice_id, a.txn_id
from rcm.ledger_transaction a
left join rcm.ledger_transaction b on b.practice_id = a.practice_id and b.txn_id = a.pair_txn_id
where a.pair_txn_id is not null
  and (b.txn_id is null or b.pair_txn_id is null or b.pair_txn_id <> a.txn_id or a.amount + b.amount <> 0)
