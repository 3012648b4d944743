select t.practice_id, t.start_date as day, t.location_id, t.provider_id, t.coordinator_id, t.category,
    case when exists (select from pms.exam e where e.exam_id = t.exam_id and e.kept_on = t.start_date)
         then 1 else 0 end as numerator,
    1 as denominator
from pms.treatment t
where t.start_date <= $1::date
