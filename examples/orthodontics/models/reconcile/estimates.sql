/* archwire
description: From treatments past their estimate on the business date to those past the estimate they began with, per treatment that only one of the two counts.
key: [practice_id, treatment_id]
tenant: practice_id
*/
select
  t.practice_id,
  t.treatment_id,
  date_trunc('month', r.as_of)::date as month,
  t.location_id,
  case
    when not t.over_edc then 'put_off'
    when t.original_edc is null then 'conversion'
    else 'brought_forward'
  end as cause,
  case when t.over_edc then -1 else 1 end as value
from clinical.treatments t
cross join archwire.run r
where t.in_progress
  and t.over_edc <> coalesce(t.original_edc < r.as_of, false)
