/* archwire
description: Contracts in every version, proposals included, with the category of their treatment.
key: [practice_id, contract_id]
tenant: practice_id
*/
select
  c.practice_id,
  c.contract_id,
  c.treatment_id,
  c.patient_id,
  c.location_id,
  c.provider_id,
  t.coordinator_id,
  t.category,
  t.subtype,
  c.start_origin,
  c.version,
  c.status,
  c.presented_on,
  c.entered_on,
  c.activated_on,
  c.ended_on,
  c.superseded_by,
  c.gross_fee,
  c.discount_pif,
  c.discount_family,
  c.discount_other,
  c.net_fee,
  c.est_insurance,
  c.down_payment,
  c.periodic_fee,
  c.n_periods,
  c.tx_months,
  c.payment_arrangement,
  c.original_fee_known
from rcm.contract c
left join pms.treatment t on t.practice_id = c.practice_id and t.treatment_id = c.treatment_id
