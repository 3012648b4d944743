-- One row for each treatment that is paid in instalments, with their number.
select practice_id, date_trunc('month', min(entered_on))::date as day, min(location_id) as location_id, min(provider_id) as provider_id, coalesce(min(coordinator_id), 0) as coordinator_id, min(category) as category,
    max(n_periods) filter (where payment_arrangement = 'in_house') as numerator
from agreed_row
where entered_on <= $1::date
group by practice_id, treatment_id
having bool_and(original_fee_known) and bool_or(payment_arrangement = 'in_house')
