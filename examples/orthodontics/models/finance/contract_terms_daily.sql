/* archwire
description: Terms agreed per day, location, orthodontist, coordinator and treatment category.
key: [practice_id, entered_on, location_id, provider_id, coordinator_id, category]
tenant: practice_id
*/
select
  practice_id,
  entered_on,
  location_id,
  provider_id,
  coordinator_id,
  category,
  count(*) as contracts,
  cast(sum(gross_fee) as decimal(18, 2)) as gross_fee,
  cast(sum(net_fee) as decimal(18, 2)) as net_fee,
  cast(sum(discount_pif) as decimal(18, 2)) as discount_pif,
  cast(sum(discount_family) as decimal(18, 2)) as discount_family,
  cast(sum(discount_other) as decimal(18, 2)) as discount_other,
  cast(sum(est_insurance) as decimal(18, 2)) as est_insurance,
  cast(sum(insured) as bigint) as contracts_insured,
  cast(sum(patient_pays) as bigint) as contracts_patient_pays,
  cast(sum(down_payment) as decimal(18, 2)) as down_payment,
  cast(sum(financed) as bigint) as contracts_financed,
  cast(sum(financed_down_payment) as decimal(18, 2)) as financed_down_payment,
  cast(sum(financed_patient_share) as decimal(18, 2)) as financed_patient_share,
  cast(sum(instalments) as bigint) as instalments,
  cast(sum(beyond_treatment) as bigint) as contracts_beyond_treatment
from finance.contract_terms
group by practice_id, entered_on, location_id, provider_id, coordinator_id, category
