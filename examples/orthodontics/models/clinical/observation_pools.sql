/* archwire
description: Patients under observation before treatment and between phases, per location and coordinator, at every month end and on the business date.
key: [practice_id, as_of, location_id, coordinator_id]
tenant: practice_id
*/
with pools as (
  select distinct d.practice_id, d.as_of, s.patient_id, s.status
  from pms.status_history s
  join base.snapshot_dates d
    on d.practice_id = s.practice_id
    and d.as_of >= s.from_date
    and (s.to_date is null or d.as_of < s.to_date)
  where s.status in ('observation', 'between_phases')
),
counts as (
  select
    o.practice_id,
    o.as_of,
    p.location_id,
    p.coordinator_id,
    case when o.status = 'observation' then 1 else 0 end as observation,
    case when o.status = 'between_phases' then 1 else 0 end as between_phases
  from pools o
  join pms.patient p on p.practice_id = o.practice_id and p.patient_id = o.patient_id
  union all
  -- A row for each location and its coordinators on every date, so that the
  -- newest date is the newest for all of them.
  select c.practice_id, d.as_of, c.location_id, c.coordinator_id, 0, 0
  from base.coordinators c
  join base.snapshot_dates d on d.practice_id = c.practice_id
)
select
  practice_id,
  as_of,
  location_id,
  coordinator_id,
  cast(sum(observation) as bigint) as observation_patients,
  cast(sum(between_phases) as bigint) as between_phases_patients
from counts
group by practice_id, as_of, location_id, coordinator_id
