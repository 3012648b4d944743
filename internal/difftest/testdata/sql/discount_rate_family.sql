select practice_id, min(entered_on) as day, min(location_id) as location_id, min(provider_id) as provider_id, coalesce(min(coordinator_id), 0) as coordinator_id, min(category) as category,
    sum(discount_family) as numerator, sum(gross_fee) as denominator
from agreed_row
where entered_on <= $1::date
group by practice_id, treatment_id
having bool_and(original_fee_known)
