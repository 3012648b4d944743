select practice_id, start_date as day, location_id, coordinator_id, 1 as numerator, 0 as denominator
from pms.treatment
where start_date is not null and start_date <= $1::date and category <> 'phase2'
union all
select practice_id, kept_on, location_id, coordinator_id, 0, 1
from pms.exam
where status = 'kept' and exam_type in ('new_child', 'new_adult') and kept_on <= $1::date
