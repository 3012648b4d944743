select practice_id, kept_on as day, location_id, 1 as numerator, 0 as denominator
from pms.exam
where status = 'kept' and exam_type in ('new_child', 'new_adult') and kept_on <= $1::date
union all
select practice_id, created_on, location_id, 0, 1
from pms.lead
where has_name and has_contact and referral_source_id is not null and created_on <= $1::date
