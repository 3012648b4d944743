/* archwire
description: The ledger per posting date, location and the category that its codes mean at the location. What nobody has mapped is a category of its own, unmapped.
key: [practice_id, posting_date, location_id, category]
tenant: practice_id
*/
select
  l.practice_id,
  l.posting_date,
  l.location_id,
  m.category,
  count(*) as transactions,
  cast(sum(l.amount) as decimal(18, 2)) as amount,
  cast(sum(abs(l.amount)) as decimal(18, 2)) as moved,
  cast(sum(case when l.affects_collections then -l.amount else 0 end) as decimal(18, 2)) as net_collections
from rcm.ledger_transaction l
join codes.mapping m on m.practice_id = l.practice_id and m.location_id = l.location_id and m.code = l.code
cross join archwire.run r
where l.posting_date <= r.as_of
group by l.practice_id, l.posting_date, l.location_id, m.category
