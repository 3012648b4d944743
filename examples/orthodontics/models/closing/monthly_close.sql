/* archwire
description: Net production and net collections of a month as they were when its books were closed, and as they are today. A month that is not closed stands as it is today.
key: [practice_id, month, location_id]
tenant: practice_id
*/
with amounts as (
  select
    practice_id,
    location_id,
    date_trunc('month', posting_date)::date as month,
    net_production,
    net_collections,
    0 as production_restated,
    0 as collections_restated,
    0 as late_postings
  from closing.ledger_days
  union all
  select practice_id, location_id, date_trunc('month', posting_date)::date, 0, 0, net_production, net_collections, 1
  from closing.late_postings
  where after_month_close
  union all
  select practice_id, location_id, month, 0, 0, 0, 0, 0
  from closing.months
)
select
  a.practice_id,
  a.month,
  a.location_id,
  m.closed_at,
  cast(sum(a.net_production - a.production_restated) as decimal(18, 2)) as net_production_as_closed,
  cast(sum(a.net_production) as decimal(18, 2)) as net_production,
  cast(sum(a.production_restated) as decimal(18, 2)) as production_restated,
  cast(sum(a.net_collections - a.collections_restated) as decimal(18, 2)) as net_collections_as_closed,
  cast(sum(a.net_collections) as decimal(18, 2)) as net_collections,
  cast(sum(a.collections_restated) as decimal(18, 2)) as collections_restated,
  cast(sum(a.late_postings) as bigint) as late_postings
from amounts a
left join closing.months m on m.practice_id = a.practice_id and m.location_id = a.location_id and m.month = a.month
group by a.practice_id, a.month, a.location_id, m.closed_at
