select practice_id, d as day, location_id, provider_id, coordinator_id, category,
    case when original_edc < d then 1 else 0 end as numerator,
    1 as denominator
from month_ends($1::date) as d
join pms.treatment on start_date <= d and (end_date is null or end_date > d) and original_edc is not null
