select t.practice_id, d as day, t.location_id, t.provider_id, t.coordinator_id, t.category,
    case when (select r.edc from pms.treatment_edc_revision r
               where r.treatment_id = t.treatment_id and r.revised_on <= d
               order by r.revised_on desc, r.revision_id desc
               limit 1) < d
         then 1 else 0 end as numerator,
    1 as denominator
from month_ends($1::date) as d
join pms.treatment t on t.start_date <= d and (t.end_date is null or t.end_date > d)
