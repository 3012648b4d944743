/* archwire
description: Terms of each treatment's contract as first agreed - a renegotiation only spreads what is left. The parts of a split contract are one row; financed is what of it the practice lets pay in instalments. Conversions, of which only the balance is known, are left out.
key: [practice_id, treatment_id]
tenant: practice_id
*/
with parts as (
  select
    c.practice_id,
    c.treatment_id,
    c.location_id,
    c.provider_id,
    c.entered_on,
    c.gross_fee,
    c.net_fee,
    c.discount_pif,
    c.discount_family,
    c.discount_other,
    c.est_insurance,
    c.down_payment,
    c.n_periods,
    c.tx_months,
    case when c.original_fee_known then 1 else 0 end as fee_known,
    case when c.payment_arrangement = 'in_house' then 1 else 0 end as in_house,
    case when c.payment_arrangement in ('pif', 'in_house', 'third_party') then 1 else 0 end as patient_pays
  from rcm.contract c
  cross join archwire.run r
  where c.version = 1
    and c.entered_on <= r.as_of
    and c.gross_fee > 0
),
agreed as (
  select
    practice_id,
    treatment_id,
    min(location_id) as location_id,
    min(provider_id) as provider_id,
    min(entered_on) as entered_on,
    sum(gross_fee) as gross_fee,
    sum(net_fee) as net_fee,
    sum(discount_pif) as discount_pif,
    sum(discount_family) as discount_family,
    sum(discount_other) as discount_other,
    sum(est_insurance) as est_insurance,
    max(case when est_insurance > 0 then 1 else 0 end) as insured,
    max(patient_pays) as patient_pays,
    sum(patient_pays * down_payment) as down_payment,
    max(in_house) as financed,
    sum(in_house * down_payment) as financed_down_payment,
    sum(in_house * (net_fee - est_insurance)) as financed_patient_share,
    max(in_house * n_periods) as instalments,
    max(tx_months) as tx_months
  from parts
  group by practice_id, treatment_id
  having min(fee_known) = 1
)
select
  a.practice_id,
  a.treatment_id,
  a.location_id,
  a.provider_id,
  coalesce(t.coordinator_id, 0) as coordinator_id,
  coalesce(t.category, 'unknown') as category,
  a.entered_on,
  cast(a.gross_fee as decimal(14, 2)) as gross_fee,
  cast(a.net_fee as decimal(14, 2)) as net_fee,
  cast(a.discount_pif as decimal(14, 2)) as discount_pif,
  cast(a.discount_family as decimal(14, 2)) as discount_family,
  cast(a.discount_other as decimal(14, 2)) as discount_other,
  cast(a.est_insurance as decimal(14, 2)) as est_insurance,
  a.insured,
  a.patient_pays,
  cast(a.down_payment as decimal(14, 2)) as down_payment,
  a.financed,
  cast(a.financed_down_payment as decimal(14, 2)) as financed_down_payment,
  cast(a.financed_patient_share as decimal(14, 2)) as financed_patient_share,
  a.instalments,
  case when a.financed = 1 and a.instalments > a.tx_months then 1 else 0 end as beyond_treatment
from agreed a
left join pms.treatment t on t.practice_id = a.practice_id and t.treatment_id = a.treatment_id
