/* archwire
description: A location whose ledger by category is not its ledger. What no code is mapped for is in category unmapped, never left out.
*/
with amounts as (
  select l.practice_id, l.location_id, 1 as transactions, l.amount
  from rcm.ledger_transaction l
  cross join archwire.run r
  where l.posting_date <= r.as_of
  union all
  select practice_id, location_id, -transactions, -amount
  from codes.categories_daily
)
select practice_id, location_id, sum(transactions) as transactions, sum(amount) as amount
from amounts
group by practice_id, location_id
having sum(transactions) <> 0 or sum(amount) <> 0
