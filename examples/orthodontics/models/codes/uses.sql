/* archwire
description: The ledger codes that each location has used until the business date, by the type of the transactions.
key: [practice_id, location_id, code, txn_type]
tenant: practice_id
*/
select
  l.practice_id,
  l.location_id,
  l.code,
  l.txn_type,
  min(l.posting_date) as first_used_on,
  max(l.posting_date) as last_used_on,
  count(*) as transactions,
  cast(sum(abs(l.amount)) as decimal(18, 2)) as amount
from rcm.ledger_transaction l
cross join archwire.run r
where l.posting_date <= r.as_of
group by l.practice_id, l.location_id, l.code, l.txn_type
