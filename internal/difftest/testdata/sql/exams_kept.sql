select practice_id, kept_on as day, location_id, coordinator_id, exam_type, 1 as numerator
from pms.exam
where status = 'kept' and exam_type in ('new_child', 'new_adult') and kept_on <= $1::date
