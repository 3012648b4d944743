-- Patients with a recommendation that neither a start nor anything else closed, by the newest.
select w.patient_id, p.location_id, w.provider_id, w.coordinator_id, w.exam_type, w.recommended_on,
    $1::date - w.recommended_on as days_waiting,
    case when $1::date - w.recommended_on > 180 then 'over 180' when $1::date - w.recommended_on > 90 then '91-180'
         when $1::date - w.recommended_on > 30 then '31-90' else '0-30' end as waiting,
    w.follow_up_on, w.forms_complete, w.insurance_verified, h.first_name, h.last_name, h.phone
from (
    select distinct on (e.patient_id) e.* from pms.exam e
    where e.practice_id = :practice and e.recommended_on <= $1::date and (e.closed_on is null or e.closed_on > $1::date)
    order by e.patient_id, e.recommended_on desc, e.exam_id desc
) w
join pms.patient p on p.patient_id = w.patient_id
left join pms.person h on h.person_id = p.person_id
order by w.patient_id
