-- One row for each patient to whom treatment was recommended in the 45 days up
-- to d.
select r.practice_id, d as day, p.location_id, p.coordinator_id,
    case when exists (select from pms.treatment t
                      where t.patient_id = r.patient_id and t.start_date >= r.first_recommended
                          and t.start_date <= d)
         then 1 else 0 end as numerator,
    1 as denominator
from month_ends($1::date) as d
cross join lateral (
    select practice_id, patient_id, min(recommended_on) as first_recommended
    from pms.exam
    where recommended_on > d - 45 and recommended_on <= d
    group by practice_id, patient_id
) r
left join pms.patient p on p.patient_id = r.patient_id
