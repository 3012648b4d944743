/* archwire
description: Treatments with a contract that counts as entered - the latest version, activated, with a fee. The parts of a split contract are one row here, their fees summed.
key: [practice_id, treatment_id]
tenant: practice_id
*/
with counted as (
  select
    c.practice_id,
    c.treatment_id,
    min(c.patient_id) as patient_id,
    min(c.location_id) as location_id,
    min(c.provider_id) as provider_id,
    min(c.entered_on) as entered_on,
    sum(c.gross_fee) as gross_fee,
    sum(c.net_fee) as net_fee,
    min(case when c.original_fee_known then 1 else 0 end) as fee_known,
    min(case when c.payment_arrangement = 'pif' then 1 else 0 end) as paid_in_full
  from rcm.contract c
  cross join archwire.run r
  where c.superseded_by is null
    and c.entered_on <= r.as_of
    and c.gross_fee > 0
  group by c.practice_id, c.treatment_id
)
select
  c.practice_id,
  c.treatment_id,
  c.patient_id,
  c.location_id,
  c.provider_id,
  coalesce(t.coordinator_id, 0) as coordinator_id,
  coalesce(t.category, 'unknown') as category,
  c.entered_on,
  cast(c.gross_fee as decimal(14, 2)) as gross_fee,
  cast(c.net_fee as decimal(14, 2)) as net_fee,
  c.fee_known,
  c.paid_in_full
from counted c
left join pms.treatment t on t.practice_id = c.practice_id and t.treatment_id = c.treatment_id
