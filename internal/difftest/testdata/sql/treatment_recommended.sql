select practice_id, recommended_on as day, location_id, coordinator_id, exam_type, 1 as numerator
from pms.exam
where recommended_on is not null and recommended_on <= $1::date
