/* archwire
description: From the receipts that a month's days were closed with to net collections as the ledger has them today.
key: [practice_id, month, location_id, cause]
tenant: practice_id
*/
with late as (
  select practice_id, location_id, business_date, sum(net_collections) as amount
  from closing.late_postings
  group by practice_id, location_id, business_date
),
booked as (
  select
    d.practice_id,
    d.location_id,
    d.business_date,
    d.days_open,
    d.receipts_as_closed,
    d.receipts,
    coalesce(l.amount, 0) as late
  from closing.day_closes d
  left join late l on l.practice_id = d.practice_id and l.location_id = d.location_id and l.business_date = d.business_date
),
items as (
  select practice_id, location_id, business_date as on_date, 'from' as cause, receipts_as_closed as value
  from booked
  where days_open = 0
  union all
  select practice_id, location_id, business_date, 'entered_late', late
  from booked
  where days_open = 0
  union all
  -- What was there when the day was closed and is no more.
  select practice_id, location_id, business_date, 'removed', receipts - late - receipts_as_closed
  from booked
  where days_open = 0
  union all
  select practice_id, location_id, business_date, 'day_open', receipts
  from booked
  where days_open = 1
  union all
  select e.practice_id, e.location_id, e.business_date, 'no_books', e.net_collections
  from closing.ledger_days e
  left join booked b on b.practice_id = e.practice_id and b.location_id = e.location_id and b.business_date = e.business_date
  where b.business_date is null
  union all
  select practice_id, location_id, business_date, 'weekend', -net_collections
  from closing.ledger_days
  where date_trunc('month', business_date) <> date_trunc('month', posting_date)
  union all
  select practice_id, location_id, posting_date, 'weekend', net_collections
  from closing.ledger_days
  where date_trunc('month', business_date) <> date_trunc('month', posting_date)
  union all
  select practice_id, location_id, posting_date, 'to', net_collections
  from finance.ledger_daily
)
select
  practice_id,
  date_trunc('month', on_date)::date as month,
  location_id,
  cause,
  cast(sum(value) as decimal(18, 2)) as value
from items
group by practice_id, date_trunc('month', on_date)::date, location_id, cause
