/* archwire
description: From net collections, which go by the type of a transaction, to the amounts whose codes mean a payment or its return.
key: [practice_id, month, location_id, cause]
tenant: practice_id
*/
with amounts as (
  select
    practice_id,
    date_trunc('month', posting_date)::date as month,
    location_id,
    category,
    case when category like 'payment%' or category = 'refund' then true else false end as is_payment,
    net_collections,
    -amount as by_code
  from codes.categories_daily
),
items as (
  select practice_id, month, location_id, 'from' as cause, net_collections as value
  from amounts
  union all
  select practice_id, month, location_id, case when category = 'unmapped' then 'unmapped' else 'other_meaning' end, -net_collections
  from amounts
  where not is_payment
  union all
  select practice_id, month, location_id, 'other_type', by_code - net_collections
  from amounts
  where is_payment
  union all
  select practice_id, month, location_id, 'to', by_code
  from amounts
  where is_payment
)
select practice_id, month, location_id, cause, cast(sum(value) as decimal(18, 2)) as value
from items
group by practice_id, month, location_id, cause
