/* archwire
description: Days from the call to the exam, a row for each new-patient exam kept whose lead is known. Rows are numbered within their month, so that they tell no exam.
key: [practice_id, month, location_id, coordinator_id, exam_type, exam_no]
tenant: practice_id
*/
with waits as (
  select e.practice_id, e.exam_id, date_trunc('month', e.kept_on)::date as month, e.location_id, e.coordinator_id, e.exam_type, cast(e.kept_on - a.created_on as integer) as days
  from pms.exam e
  join pms.lead a on a.practice_id = e.practice_id and a.lead_id = e.lead_id
  cross join archwire.run r
  where e.status = 'kept'
    and e.exam_type in ('new_child', 'new_adult')
    and e.kept_on <= r.as_of
)
select
  practice_id,
  month,
  location_id,
  coordinator_id,
  exam_type,
  row_number() over (
    partition by practice_id, month, location_id, coordinator_id, exam_type
    order by days, exam_id
  ) as exam_no,
  days
from waits
