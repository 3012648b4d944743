select s.practice_id, d as day, p.location_id, p.coordinator_id, 1 as numerator
from month_ends($1::date) as d
cross join lateral (
    select distinct h.practice_id, h.patient_id from pms.status_history h
    where h.status = 'observation' and h.from_date <= d and (h.to_date is null or h.to_date > d)
) s
left join pms.patient p on p.patient_id = s.patient_id
