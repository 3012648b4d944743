/* archwire
description: An account that owes more than its unpaid instalments say.
*/
select practice_id, account_id
from receivables.accounts
where balance > not_yet_due + past_due
