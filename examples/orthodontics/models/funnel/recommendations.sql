/* archwire
description: Patients who were recommended treatment within the 45 days up to a month end or the business date, and those of them who had started by then, per location and coordinator.
key: [practice_id, as_of, location_id, coordinator_id]
tenant: practice_id
*/
with recommended as (
  select d.practice_id, d.as_of, e.patient_id, min(e.recommended_on) as recommended_on
  from pms.exam e
  join base.snapshot_dates d
    on d.practice_id = e.practice_id
    and e.recommended_on > d.as_of - 45
    and e.recommended_on <= d.as_of
  group by d.practice_id, d.as_of, e.patient_id
),
followed as (
  select c.practice_id, c.as_of, c.patient_id, max(case when t.start_date is not null then 1 else 0 end) as started
  from recommended c
  left join base.treatments t
    on t.practice_id = c.practice_id
    and t.patient_id = c.patient_id
    and t.start_date >= c.recommended_on
    and t.start_date <= c.as_of
  group by c.practice_id, c.as_of, c.patient_id
),
counts as (
  select f.practice_id, f.as_of, p.location_id, p.coordinator_id, 1 as recommended, f.started
  from followed f
  join pms.patient p on p.practice_id = f.practice_id and p.patient_id = f.patient_id
  union all
  select l.practice_id, d.as_of, l.location_id, l.coordinator_id, 0, 0
  from base.coordinators l
  join base.snapshot_dates d on d.practice_id = l.practice_id
)
select
  practice_id,
  as_of,
  location_id,
  coordinator_id,
  cast(sum(recommended) as bigint) as recommended_patients,
  cast(sum(started) as bigint) as started_patients
from counts
group by practice_id, as_of, location_id, coordinator_id
