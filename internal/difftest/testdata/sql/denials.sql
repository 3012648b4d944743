select r.practice_id, r.posted_on as day, c.location_id, c.payer_id, r.group_code, coalesce(r.carc, 'none') as carc, 1 as numerator
from rcm.remittance_line r
join rcm.claim c on c.claim_id = r.claim_id
where c.kind <> 'predetermination' and is_denial(r) and r.posted_on <= $1::date
