select practice_id, min(entered_on) as day, min(location_id) as location_id, min(provider_id) as provider_id, coalesce(min(coordinator_id), 0) as coordinator_id, min(category) as category,
    sum(down_payment) filter (where payment_arrangement not in ('insurance', 'none')) as numerator, 1 as denominator
from agreed_row
where entered_on <= $1::date
group by practice_id, treatment_id
having bool_and(original_fee_known) and bool_or(payment_arrangement not in ('insurance', 'none'))
