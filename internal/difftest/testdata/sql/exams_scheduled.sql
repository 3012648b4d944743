select practice_id, scheduled_on as day, location_id, coordinator_id, exam_type, 1 as numerator
from pms.exam
where exam_type in ('new_child', 'new_adult')
