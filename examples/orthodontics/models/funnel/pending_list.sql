/* archwire
description: Patients pending on the business date - recommended treatment, neither started nor closed - by the newest open recommendation, with what their coordinator needs to call them.
key: [practice_id, patient_id]
tenant: practice_id
*/
with open_exams as (
  select
    e.practice_id,
    e.patient_id,
    e.provider_id,
    e.coordinator_id,
    e.exam_type,
    e.recommended_on,
    e.follow_up_on,
    e.forms_complete,
    e.insurance_verified,
    cast(r.as_of - e.recommended_on as integer) as days_waiting,
    row_number() over (
      partition by e.practice_id, e.patient_id
      order by e.recommended_on desc, e.exam_id desc
    ) as newest
  from pms.exam e
  cross join archwire.run r
  where e.recommended_on <= r.as_of
    and (e.closed_on is null or e.closed_on > r.as_of)
)
select
  o.practice_id,
  o.patient_id,
  p.location_id,
  o.provider_id,
  o.coordinator_id,
  o.exam_type,
  o.recommended_on,
  o.days_waiting,
  case
    when o.days_waiting <= 30 then '0-30'
    when o.days_waiting <= 90 then '31-90'
    when o.days_waiting <= 180 then '91-180'
    else 'over 180'
  end as waiting,
  o.follow_up_on,
  o.forms_complete,
  o.insurance_verified,
  h.first_name,
  h.last_name,
  h.phone
from open_exams o
join pms.patient p on p.practice_id = o.practice_id and p.patient_id = o.patient_id
left join pms.person h on h.practice_id = p.practice_id and h.person_id = p.person_id
where o.newest = 1
