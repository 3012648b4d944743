select practice_id, kept_on as day, location_id, coordinator_id, exam_type,
    case when outcome = 'observation' then 1 else 0 end as numerator,
    1 as denominator
from pms.exam
where status = 'kept' and exam_type in ('new_child', 'new_adult') and kept_on <= $1::date
