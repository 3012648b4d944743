/* archwire
description: Contracts entered per day, location, orthodontist, coordinator and treatment category.
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
  cast(sum(paid_in_full) as bigint) as contracts_paid_in_full,
  cast(sum(fee_known) as bigint) as contracts_fee_known,
  cast(sum(case when fee_known = 1 then gross_fee else 0 end) as decimal(18, 2)) as gross_fee,
  cast(sum(case when fee_known = 1 then net_fee else 0 end) as decimal(18, 2)) as net_fee
from finance.contracts_entered
group by practice_id, entered_on, location_id, provider_id, coordinator_id, category
