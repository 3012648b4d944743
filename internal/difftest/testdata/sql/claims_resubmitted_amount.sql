select practice_id, submitted_on as day, location_id, payer_id, kind as claim_kind, charge as numerator
from rcm.claim
where kind <> 'predetermination' and frequency_code <> '1' and submitted_on <= $1::date
union all
select c.practice_id, e.event_date, c.location_id, c.payer_id, c.kind, c.charge
from rcm.claim c
join rcm.claim_event e on e.claim_id = c.claim_id
where c.kind <> 'predetermination' and e.source = '837D' and e.submission_no > 1 and e.event_date <= $1::date
