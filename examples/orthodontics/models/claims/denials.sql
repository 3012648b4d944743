/* archwire
description: Remittance lines by which a payer processed a claim and paid nothing, for a reason other than the patient's responsibility.
key: [practice_id, remittance_line_id]
tenant: practice_id
*/
select
  l.practice_id,
  l.remittance_line_id,
  l.claim_id,
  l.posted_on,
  c.location_id,
  c.payer_id,
  c.claim_kind,
  l.group_code,
  coalesce(l.carc, 'none') as carc,
  l.charge
from rcm.remittance_line l
join claims.claims c on c.practice_id = l.practice_id and c.claim_id = l.claim_id
cross join archwire.run r
where c.claim_kind <> 'predetermination'
  and l.clp02 in ('1', '2', '3')
  and l.paid = 0
  and l.group_code <> 'PR'
  and l.posted_on <= r.as_of
