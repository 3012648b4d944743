select r.practice_id, r.posted_on as day, c.location_id, c.payer_id, c.kind as claim_kind,
    case when r.paid = 0 and r.group_code is not null and r.group_code <> 'PR' then 1 else 0 end as numerator,
    1 as denominator
from rcm.remittance_line r
join rcm.claim c on c.claim_id = r.claim_id
where c.kind <> 'predetermination' and r.clp02 in ('1', '2', '3') and r.posted_on <= $1::date
