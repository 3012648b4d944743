-- One row for each paid claim, with the days it took; the percentile is taken
-- over the rows of a period.
select c.practice_id, date_trunc('month', f.first_paid)::date as day, c.location_id, c.payer_id, f.first_paid - c.submitted_on as numerator
from rcm.claim c
cross join lateral (
    select min(r.posted_on) as first_paid
    from rcm.remittance_line r
    where r.claim_id = c.claim_id and r.paid > 0
) f
where c.kind <> 'predetermination' and c.submitted_on <= $1::date and f.first_paid <= $1::date
