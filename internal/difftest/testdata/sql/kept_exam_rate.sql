select practice_id, scheduled_on as day, location_id, coordinator_id, exam_type,
    case when status = 'kept' then 1 else 0 end as numerator,
    1 as denominator
from pms.exam
where exam_type in ('new_child', 'new_adult') and status in ('kept', 'no_show', 'cancelled') and scheduled_on <= $1::date
