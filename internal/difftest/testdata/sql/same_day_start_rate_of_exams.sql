select t.practice_id, t.start_date as day, t.location_id, t.coordinator_id, 1 as numerator, 0 as denominator
from pms.treatment t
where t.start_date <= $1::date
    and exists (select from pms.exam e where e.exam_id = t.exam_id and e.kept_on = t.start_date)
union all
select practice_id, kept_on, location_id, coordinator_id, 0, 1
from pms.exam
where status = 'kept' and exam_type in ('new_child', 'new_adult') and kept_on <= $1::date
