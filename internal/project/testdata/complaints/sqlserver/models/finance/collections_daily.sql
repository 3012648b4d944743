/* archwire
description: Money received per practice and business day.
key: [practice_id, business_date]
tenant: practice_id
*/

select practice_id, business_date, sum(amount) as net_amount
from rcm.ledger_transaction group by 1, 2;
