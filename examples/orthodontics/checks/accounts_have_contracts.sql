/* archwire
description: A ledger row, an instalment or an account that hangs on nothing - it would be missing from the receivables of every location.
*/
select 'ledger_transaction' as rows_of, l.practice_id, l.account_id
from (select distinct practice_id, account_id from rcm.ledger_transaction) l
left join base.accounts a on a.practice_id = l.practice_id and a.account_id = l.account_id
where a.account_id is null
union all
select 'instalment', i.practice_id, i.account_id
from (select distinct practice_id, account_id from rcm.instalment) i
left join base.accounts a on a.practice_id = i.practice_id and a.account_id = i.account_id
where a.account_id is null
union all
select 'contract_account', k.practice_id, k.account_id
from rcm.contract_account k
left join base.accounts a on a.practice_id = k.practice_id and a.account_id = k.account_id
where a.account_id is null
