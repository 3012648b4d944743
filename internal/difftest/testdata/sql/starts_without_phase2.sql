select practice_id, start_date as day, location_id, provider_id, coordinator_id, category, subtype, start_origin,
    1 as numerator
from pms.treatment
where start_date is not null and start_date <= $1::date and category <> 'phase2'
