select c.practice_id, first.denied_on as day, c.location_id, c.payer_id, c.kind as claim_kind,
    case when exists (
        select from rcm.remittance_line r
        join rcm.claim paid on paid.claim_id = r.claim_id
        where (paid.claim_id = c.claim_id or paid.original_claim_id = c.claim_id)
            and r.paid > 0 and r.posted_on > first.denied_on and r.posted_on <= first.denied_on + 180
    ) then 1 else 0 end as numerator,
    1 as denominator
from rcm.claim c
cross join lateral (
    select min(r.posted_on) as denied_on from rcm.remittance_line r where r.claim_id = c.claim_id and is_denial(r)
) first
where c.kind <> 'predetermination' and month_end(first.denied_on) + 180 <= $1::date
