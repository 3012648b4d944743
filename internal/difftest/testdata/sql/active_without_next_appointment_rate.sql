select s.practice_id, d as day, s.location_id, a.provider_id, a.coordinator_id, s.category,
    case when has_ahead(s.patient_id, d) then 0 else 1 end as numerator,
    1 as denominator
from month_ends($1::date) as d
cross join lateral active_at(d) s
join pms.patient a on a.patient_id = s.patient_id
