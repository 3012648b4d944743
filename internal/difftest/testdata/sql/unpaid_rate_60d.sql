select c.practice_id, c.submitted_on as day, c.location_id, c.payer_id, c.kind as claim_kind,
    case when exists (select from rcm.remittance_line r
                      where r.claim_id = c.claim_id and r.paid > 0 and r.posted_on - c.submitted_on <= 60) then 0 else 1 end as numerator,
    1 as denominator
from cohort_claim c
where month_end(c.submitted_on) + 60 <= $1::date
