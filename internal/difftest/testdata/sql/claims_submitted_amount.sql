select practice_id, submitted_on as day, location_id, payer_id, kind as claim_kind, charge as numerator
from rcm.claim
where kind <> 'predetermination' and frequency_code = '1' and submitted_on is not null
    and submitted_on <= $1::date
