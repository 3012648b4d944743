/* archwire
description: Number of instalments agreed, one row a financed treatment, by month, without saying which. A median cannot be put together from medians, so the numbers themselves are kept.
key: [practice_id, month, location_id, provider_id, coordinator_id, category, term_no]
tenant: practice_id
*/
select
  practice_id,
  date_trunc('month', entered_on)::date as month,
  location_id,
  provider_id,
  coordinator_id,
  category,
  row_number() over (
    partition by practice_id, date_trunc('month', entered_on), location_id, provider_id, coordinator_id, category
    order by instalments, treatment_id
  ) as term_no,
  instalments
from finance.contract_terms
where financed = 1
