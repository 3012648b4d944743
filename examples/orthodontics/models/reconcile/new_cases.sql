/* archwire
description: From starts to new cases - starts of patients who had started before, by why they start again.
key: [practice_id, treatment_id]
tenant: practice_id
*/
with starts as (
  select
    practice_id,
    treatment_id,
    location_id,
    category,
    start_origin,
    date_trunc('month', start_date)::date as month,
    row_number() over (partition by practice_id, patient_id order by start_date, treatment_id) as nth
  from base.treatments
  where start_date is not null
)
select
  practice_id,
  treatment_id,
  month,
  location_id,
  case
    when category = 'phase2' then 'phase_2'
    when start_origin = 'retreat' then 'retreat'
    else 'additional'
  end as cause,
  -1 as value
from starts
where nth > 1
