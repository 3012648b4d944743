/* archwire
description: Treatments that have started or ended by a debond, with sentinel dates (0001-01-01) and dates after the business date as null.
key: [practice_id, treatment_id]
tenant: practice_id
*/
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
  case when t.start_date <= r.as_of then t.start_date end as start_date,
  case when t.band_date <> '0001-01-01'::date then t.band_date end as band_date,
  t.original_edc,
  t.end_date,
  t.end_reason,
  case when t.debond_date <> '0001-01-01'::date and t.debond_date <= r.as_of then t.debond_date end as debond_date,
  case when e.kept_on = t.start_date and t.start_date <= r.as_of then 1 else 0 end as same_day
from pms.treatment t
cross join archwire.run r
left join pms.exam e on e.practice_id = t.practice_id and e.exam_id = t.exam_id
where t.start_date <= r.as_of
  or (t.debond_date <> '0001-01-01'::date and t.debond_date <= r.as_of)
