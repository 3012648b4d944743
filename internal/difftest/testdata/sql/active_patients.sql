select s.practice_id, d as day, p.location_id, p.provider_id, p.coordinator_id, s.treatment_category as category, 1 as numerator
from month_ends($1::date) as d
cross join lateral (
    select distinct on (patient_id) practice_id, patient_id, treatment_category
    from pms.status_history
    where status = 'active' and from_date <= d and (to_date is null or to_date > d)
    order by patient_id, history_id desc
) s
left join pms.patient p on p.patient_id = s.patient_id
