select s.practice_id, d as day, s.location_id, a.provider_id, a.coordinator_id, s.category,
    case when d - greatest(last_seen(s.patient_id, d), s.since, p.go_live_date) > 84 then 1 else 0 end as numerator,
    1 as denominator
from month_ends($1::date) as d
cross join lateral active_at(d) s
join pms.patient a on a.patient_id = s.patient_id
join rcm.practice p on p.practice_id = s.practice_id
