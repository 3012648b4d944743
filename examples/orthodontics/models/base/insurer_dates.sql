/* archwire
description: The dates on which states are stated, for each location and each insurer it has accounts with, so that a state of zero is a row. A location without such accounts has insurer 0.
key: [practice_id, as_of, location_id, payer_id]
tenant: practice_id
*/
with pairs as (
  select distinct practice_id, location_id, payer_id
  from base.accounts
  where payer_kind = 'insurance'
)
select d.practice_id, d.as_of, l.location_id, coalesce(p.payer_id, 0) as payer_id
from base.snapshot_dates d
join rcm.location l on l.practice_id = d.practice_id
left join pairs p on p.practice_id = l.practice_id and p.location_id = l.location_id
