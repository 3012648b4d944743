/* archwire
description: Days with their books - what a location closed them with, and what the ledger has of them today. Of an open day both are what the ledger has.
key: [practice_id, location_id, business_date]
tenant: practice_id
*/
with ledger as (
  select
    practice_id,
    location_id,
    business_date,
    sum(charges) as charges,
    sum(net_collections) as receipts
  from closing.ledger_days
  group by practice_id, location_id, business_date
),
late as (
  select practice_id, location_id, business_date, count(*) as late_postings
  from closing.late_postings
  group by practice_id, location_id, business_date
)
select
  b.practice_id,
  b.location_id,
  b.business_date,
  b.closed_at,
  case when b.closed_at is null then 1 else 0 end as days_open,
  cast(coalesce(b.charges_as_closed, l.charges, 0) as decimal(18, 2)) as charges_as_closed,
  cast(coalesce(l.charges, 0) as decimal(18, 2)) as charges,
  cast(coalesce(l.charges, 0) - coalesce(b.charges_as_closed, l.charges, 0) as decimal(18, 2)) as charges_restated,
  cast(coalesce(b.receipts_as_closed, l.receipts, 0) as decimal(18, 2)) as receipts_as_closed,
  cast(coalesce(l.receipts, 0) as decimal(18, 2)) as receipts,
  cast(coalesce(l.receipts, 0) - coalesce(b.receipts_as_closed, l.receipts, 0) as decimal(18, 2)) as receipts_restated,
  cast(coalesce(p.late_postings, 0) as bigint) as late_postings
from base.books b
left join ledger l
  on l.practice_id = b.practice_id
  and l.location_id = b.location_id
  and l.business_date = b.business_date
left join late p
  on p.practice_id = b.practice_id
  and p.location_id = b.location_id
  and p.business_date = b.business_date
