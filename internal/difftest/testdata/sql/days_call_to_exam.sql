-- One row for each exam kept, with the days since the call; the median is taken
-- over the rows of a period.
select practice_id, date_trunc('month', kept_on)::date as day, location_id, coordinator_id, exam_type,
    kept_on - (select created_on from pms.lead l where l.lead_id = e.lead_id) as numerator
from pms.exam e
where status = 'kept' and exam_type in ('new_child', 'new_adult') and kept_on <= $1::date
    and lead_id in (select lead_id from pms.lead)
