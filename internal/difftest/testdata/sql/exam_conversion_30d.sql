-- One row for each exam of a month that is over for 30 days at the business date.
select e.practice_id, e.kept_on as day, e.location_id, e.coordinator_id, e.exam_type,
    case when exists (select from pms.treatment t
                      where t.patient_id = e.patient_id and t.start_date between e.kept_on and e.kept_on + 30)
         then 1 else 0 end as numerator,
    1 as denominator
from pms.exam e
join rcm.practice p on p.practice_id = e.practice_id
where e.status = 'kept' and e.exam_type in ('new_child', 'new_adult') and e.kept_on >= p.go_live_date
    and date_trunc('month', e.kept_on) + interval '1 month' - interval '1 day' + interval '30 days' <= $1::date
