/* archwire
description: Claims by the day they were first denied, and how many of them were paid within 180 days, themselves or by the claim that replaced them. A month appears when 180 days have passed since its last day.
key: [practice_id, denied_on, location_id, payer_id, claim_kind]
tenant: practice_id
*/
with denied as (
  select practice_id, claim_id, location_id, payer_id, claim_kind, min(posted_on) as denied_on
  from claims.denials
  group by practice_id, claim_id, location_id, payer_id, claim_kind
),
payments as (
  select practice_id, claim_id, posted_on
  from rcm.remittance_line
  where paid > 0
  union all
  select l.practice_id, c.original_claim_id, l.posted_on
  from rcm.remittance_line l
  join rcm.claim c on c.practice_id = l.practice_id and c.claim_id = l.claim_id
  where l.paid > 0
    and c.original_claim_id is not null
),
overturned as (
  select distinct d.practice_id, d.claim_id
  from denied d
  join payments p on p.practice_id = d.practice_id and p.claim_id = d.claim_id
  where p.posted_on > d.denied_on
    and p.posted_on <= d.denied_on + 180
)
select
  d.practice_id,
  d.denied_on,
  d.location_id,
  d.payer_id,
  d.claim_kind,
  count(*) as denied,
  count(o.claim_id) as overturned
from denied d
cross join archwire.run r
left join overturned o on o.practice_id = d.practice_id and o.claim_id = d.claim_id
where r.as_of - last_day(d.denied_on) >= 180
group by d.practice_id, d.denied_on, d.location_id, d.payer_id, d.claim_kind
