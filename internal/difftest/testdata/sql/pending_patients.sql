-- One row for each patient who is pending at d; the newest such exam says how
-- long the patient has been waiting.
select w.practice_id, d as day, p.location_id, w.coordinator_id,
    case when d - w.recommended_on <= 30 then '0-30'
         when d - w.recommended_on <= 90 then '31-90'
         when d - w.recommended_on <= 180 then '91-180'
         else 'over 180' end as waiting,
    1 as numerator
from month_ends($1::date) as d
cross join lateral (
    select distinct on (patient_id) practice_id, patient_id, coordinator_id, recommended_on
    from pms.exam
    where recommended_on <= d and (closed_on is null or closed_on > d)
    order by patient_id, recommended_on desc, exam_id desc
) w
left join pms.patient p on p.patient_id = w.patient_id
