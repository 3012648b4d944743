/* archwire
description: Patients who were recommended treatment and neither started nor were closed, per location, coordinator and time waited, at every month end and on the business date. A patient counts once, by the newest open recommendation.
key: [practice_id, as_of, location_id, coordinator_id, waiting]
tenant: practice_id
*/
with open_exams as (
  select
    d.practice_id,
    d.as_of,
    e.patient_id,
    e.coordinator_id,
    cast(d.as_of - e.recommended_on as integer) as days,
    row_number() over (
      partition by d.practice_id, d.as_of, e.patient_id
      order by e.recommended_on desc, e.exam_id desc
    ) as newest
  from pms.exam e
  join base.snapshot_dates d
    on d.practice_id = e.practice_id
    and d.as_of >= e.recommended_on
    and (e.closed_on is null or d.as_of < e.closed_on)
),
counts as (
  select
    o.practice_id,
    o.as_of,
    p.location_id,
    o.coordinator_id,
    case
      when o.days <= 30 then '0-30'
      when o.days <= 90 then '31-90'
      when o.days <= 180 then '91-180'
      else 'over 180'
    end as waiting,
    1 as patients
  from open_exams o
  join pms.patient p on p.practice_id = o.practice_id and p.patient_id = o.patient_id
  where o.newest = 1
  union all
  -- A row for each location and its coordinators on every date, so that the
  -- newest date is the newest for all of them.
  select l.practice_id, d.as_of, l.location_id, l.coordinator_id, w.waiting, 0
  from base.coordinators l
  join base.snapshot_dates d on d.practice_id = l.practice_id
  cross join (
    select '0-30' as waiting union all select '31-90' union all select '91-180' union all select 'over 180'
  ) w
)
select practice_id, as_of, location_id, coordinator_id, waiting, cast(sum(patients) as bigint) as pending_patients
from counts
group by practice_id, as_of, location_id, coordinator_id, waiting
