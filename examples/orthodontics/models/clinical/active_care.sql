/* archwire
description: Active patients with those nobody follows up, and treatments in progress with those past their estimated completion date, per location, orthodontist, coordinator and treatment category, at every month end and on the business date.
key: [practice_id, as_of, location_id, provider_id, coordinator_id, category]
tenant: practice_id
*/
with estimates as (
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
  select d.practice_id, d.as_of, t.location_id, t.provider_id, t.coordinator_id, t.category, t.treatment_id, t.original_edc
  from base.treatments t
  join base.snapshot_dates d
    on d.practice_id = t.practice_id
    and d.as_of >= t.start_date
    and (t.end_date is null or d.as_of < t.end_date)
),
-- An inner join, since a treatment without an estimate is not past it: outer
-- joins on a range are slow in every engine.
past_estimate as (
  select i.practice_id, i.as_of, i.location_id, i.provider_id, i.coordinator_id, i.category
  from in_progress i
  join estimates e
    on e.practice_id = i.practice_id
    and e.treatment_id = i.treatment_id
    and e.revised_on <= i.as_of
    and (e.next_on is null or e.next_on > i.as_of)
  where e.edc < i.as_of
),
-- Somebody of each location, to have a row there on every date.
places as (
  select l.practice_id, l.location_id, coalesce(min(p.provider_id), 0) as provider_id, coalesce(min(p.coordinator_id), 0) as coordinator_id
  from rcm.location l
  left join pms.patient p on p.practice_id = l.practice_id and p.location_id = l.location_id
  group by l.practice_id, l.location_id
),
counts as (
  select
    practice_id, as_of, location_id, provider_id, coordinator_id, category,
    active_patients, without_next_appointment, not_seen_12_weeks,
    0 as treatments, 0 as over_edc, 0 as original_known, 0 as over_original
  from clinical.follow_up
  union all
  select
    practice_id, as_of, location_id, provider_id, coordinator_id, category,
    0, 0, 0,
    1, 0, case when original_edc is not null then 1 else 0 end, case when original_edc < as_of then 1 else 0 end
  from in_progress
  union all
  select practice_id, as_of, location_id, provider_id, coordinator_id, category, 0, 0, 0, 0, 1, 0, 0
  from past_estimate
  union all
  -- A row for each location and category on every date, so that the newest
  -- date is the newest for all of them.
  select l.practice_id, d.as_of, l.location_id, l.provider_id, l.coordinator_id, c.category, 0, 0, 0, 0, 0, 0, 0
  from places l
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
  provider_id,
  coordinator_id,
  category,
  cast(sum(active_patients) as bigint) as active_patients,
  cast(sum(without_next_appointment) as bigint) as without_next_appointment,
  cast(sum(not_seen_12_weeks) as bigint) as not_seen_12_weeks,
  cast(sum(treatments) as bigint) as treatments_in_progress,
  cast(sum(over_edc) as bigint) as treatments_over_edc,
  cast(sum(original_known) as bigint) as treatments_original_known,
  cast(sum(over_original) as bigint) as treatments_over_original_edc
from counts
group by practice_id, as_of, location_id, provider_id, coordinator_id, category
