/* archwire
description: An account whose balance is not the sum of its ledger.
*/
with ledger as (
  select practice_id, account_id, sum(amount) as balance
  from rcm.ledger_transaction
  group by practice_id, account_id
)
select a.practice_id, a.account_id
from rcm.contract_account a
left join ledger l on l.practice_id = a.practice_id and l.account_id = a.account_id
where a.balance <> coalesce(l.balance, 0)
