select practice_id, date_trunc('month', submitted_on)::date as day, location_id, payer_id, kind as claim_kind,
    case when kind = 'initial' and appliance_date > date '1900-01-01' then submitted_on - appliance_date
         else submitted_on - service_to end as numerator
from rcm.claim
where kind <> 'predetermination' and frequency_code = '1' and submitted_on <= $1::date
