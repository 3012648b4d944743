/* archwire
description: Writes date arithmetic as one engine only reads it.
key: []
*/
select
  datediff(day, business_date, updated_at::date) as days
from rcm.ledger_transaction
