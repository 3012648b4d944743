select c.practice_id, c.submitted_on as day, c.location_id, c.payer_id, c.kind as claim_kind,
    case
        -- rejected, asked about or sent again
        when exists (select from rcm.claim_event e where e.claim_id = c.claim_id and e.event_date <= $1::date
                         and (is_rejection(e) or (e.source in ('277CA', '277') and e.category_code = 'P3')
                              or (e.source = '837D' and e.submission_no >= 2))) then 0
        -- denied, not recognised or taken back
        when exists (select from rcm.remittance_line r where r.claim_id = c.claim_id and r.posted_on <= $1::date
                         and (is_denial(r) or r.clp02 = '4' or r.clp02 = '22' or r.paid < 0)) then 0
        -- replaced
        when exists (select from rcm.claim n where n.original_claim_id = c.claim_id and n.submitted_on <= $1::date) then 0
        -- paid, or left to the patient
        when exists (select from rcm.remittance_line r where r.claim_id = c.claim_id and r.posted_on <= $1::date
                         and r.clp02 in ('1', '2', '3') and (r.paid > 0 or (r.paid = 0 and r.group_code = 'PR'))) then 1
        else 0
    end as numerator,
    1 as denominator
from cohort_claim c
where month_end(c.submitted_on) + 60 <= $1::date
