select practice_id, start_date as day, location_id, provider_id, coordinator_id,
    case when start_origin = 'observation' then 1 else 0 end as numerator,
    1 as denominator
from pms.treatment
where start_date is not null and start_date <= $1::date
