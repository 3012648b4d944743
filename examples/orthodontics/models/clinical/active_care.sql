/* archwire
description: Active patients, and treatments in progress with those past their estimated completion date, per location and treatment category, at every month end and on the business date.
key: [practice_id, as_of, location_id, category]
tenant: practice_id
*/
with active as (
  select distinct d.practice_id, d.as_of, p.location_id, s.treatment_category as category, s.patient_id
  from pms.status_history s
  join base.snapshot_dates d
    on d.practice_id = s.practice_id
    and d.as_of >= s.from_date
    and (s.to_date is null or d.as_of < s.to_date)
  join pms.patient p on p.practice_id = s.practice_id and p.patient_id = s.patient_id
  where s.status = 'active'
),
estimates as (
  select
    practice_id,
    treatment_id,
    edc,
    revised_on,
    -- Of several revisions on one day the last one counts.
    lead(revised_on) over (partition by practice_id, treatment_id order by revised_on, revision_id) as next_on
  from pms.treatment_edc_revision
),
in_progress as (
  select d.practice_id, d.as_of, t.location_id, t.category, t.treatment_id
  from base.treatments t
  join base.snapshot_dates d
    on d.practice_id = t.practice_id
    and d.as_of >= t.start_date
    and (t.end_date is null or d.as_of < t.end_date)
),
-- An inner join, since a treatment without an estimate is not past it: outer
-- joins on a range are slow in every engine.
past_estimate as (
  select i.practice_id, i.as_of, i.location_id, i.category
  from in_progress i
  join estimates e
    on e.practice_id = i.practice_id
    and e.treatment_id = i.treatment_id
    and e.revised_on <= i.as_of
    and (e.next_on is null or e.next_on > i.as_of)
  where e.edc < i.as_of
),
counts as (
  select practice_id, as_of, location_id, coalesce(category, 'unknown') as category, 1 as active_patients, 0 as treatments, 0 as over_edc
  from active
  union all
  select practice_id, as_of, location_id, category, 0, 1, 0
  from in_progress
  union all
  select practice_id, as_of, location_id, category, 0, 0, 1
  from past_estimate
  union all
  -- A row for each location and category on every date, so that the newest
  -- date is the newest for all of them.
  select l.practice_id, d.as_of, l.location_id, c.category, 0, 0, 0
  from rcm.location l
  join base.snapshot_dates d on d.practice_id = l.practice_id
  cross join (
    select 'full' as category
    union all select 'aligner'
    union all select 'phase1'
    union all select 'phase2'
    union all select 'limited'
    union all select 'other'
  ) c
)
select
  practice_id,
  as_of,
  location_id,
  category,
  cast(sum(active_patients) as bigint) as active_patients,
  cast(sum(treatments) as bigint) as treatments_in_progress,
  cast(sum(over_edc) as bigint) as treatments_over_edc
from counts
group by practice_id, as_of, location_id, category
