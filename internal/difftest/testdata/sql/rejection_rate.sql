select c.practice_id, c.submitted_on as day, c.location_id, c.payer_id, c.kind as claim_kind,
    case when exists (select from rcm.claim_event e
                      where e.claim_id = c.claim_id and e.submission_no = 1 and e.event_date <= $1::date and is_rejection(e))
        then 1 else 0 end as numerator,
    1 as denominator
from cohort_claim c
where month_end(c.submitted_on) + 14 <= $1::date
