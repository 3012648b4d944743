select practice_id, min(entered_on) as day, min(location_id) as location_id, min(provider_id) as provider_id, coalesce(min(coordinator_id), 0) as coordinator_id, min(category) as category,
    case when bool_and(payment_arrangement = 'pif') then 1 else 0 end as numerator, 1 as denominator
from entered_row
where entered_on <= $1::date
group by practice_id, treatment_id
