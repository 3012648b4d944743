/* archwire
description: Treatments that have started or ended by a debond, as they stand on the business date, with their estimate of that date.
key: [practice_id, treatment_id]
tenant: practice_id
*/
with estimates as (
  select
    v.practice_id,
    v.treatment_id,
    v.edc,
    row_number() over (partition by v.practice_id, v.treatment_id order by v.revised_on desc, v.revision_id desc) as newest
  from pms.treatment_edc_revision v
  cross join archwire.run r
  where v.revised_on <= r.as_of
)
select
  t.practice_id,
  t.treatment_id,
  t.patient_id,
  t.location_id,
  t.provider_id,
  t.coordinator_id,
  t.category,
  t.subtype,
  t.start_origin,
  t.start_date,
  t.band_date,
  t.original_edc,
  e.edc,
  t.debond_date,
  case when t.end_date <= r.as_of then t.end_date end as end_date,
  case when t.end_date <= r.as_of then t.end_reason end as end_reason,
  case when t.start_date is not null and (t.end_date is null or t.end_date > r.as_of) then true else false end as in_progress,
  case when t.start_date is not null and (t.end_date is null or t.end_date > r.as_of) and e.edc < r.as_of then true else false end as over_edc,
  c.actual_months,
  c.estimated_months,
  c.visits
from base.treatments t
cross join archwire.run r
left join estimates e on e.practice_id = t.practice_id and e.treatment_id = t.treatment_id and e.newest = 1
left join clinical.completed_cases c on c.practice_id = t.practice_id and c.treatment_id = t.treatment_id
