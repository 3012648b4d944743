/* archwire
description: Production and collections of the three months that end at each month end and on the business date, beside the receivables of that day, per location and payer kind. Rows begin when the practice has been on the platform for three months - a shorter time would be compared with a longer one.
key: [practice_id, as_of, location_id, payer_kind]
tenant: practice_id
*/
with flows as (
  select
    d.practice_id,
    d.as_of,
    l.location_id,
    l.payer_kind,
    sum(l.net_production) as net_production,
    sum(l.net_collections) as net_collections
  from base.snapshot_dates d
  join finance.ledger_daily l on l.practice_id = d.practice_id
    and l.posting_date > add_months(d.as_of, -3)::date
    and l.posting_date <= d.as_of
  group by d.practice_id, d.as_of, l.location_id, l.payer_kind
),
-- Days since a Monday: whole weeks have five business days, the rest at most five.
days as (
  select
    practice_id,
    as_of,
    as_of - '1899-12-31'::date as until_end,
    add_months(as_of, -3)::date - '1899-12-31'::date as until_start
  from base.snapshot_dates
),
business_days as (
  select
    practice_id,
    as_of,
    (until_end - mod(until_end, 7))::double precision / 7 * 5 + least(mod(until_end, 7), 5)
      - (until_start - mod(until_start, 7))::double precision / 7 * 5 - least(mod(until_start, 7), 5) as business_days
  from days
)
select
  s.practice_id,
  s.as_of,
  s.location_id,
  s.payer_kind,
  cast(coalesce(f.net_production, 0) as decimal(18, 2)) as net_production,
  cast(coalesce(f.net_collections, 0) as decimal(18, 2)) as net_collections,
  cast(b.business_days as integer) as business_days,
  s.receivables,
  s.past_due
from receivables.receivables s
join rcm.practice p on p.practice_id = s.practice_id
join business_days b on b.practice_id = s.practice_id and b.as_of = s.as_of
left join flows f on f.practice_id = s.practice_id and f.as_of = s.as_of and f.location_id = s.location_id and f.payer_kind = s.payer_kind
where p.go_live_date <= add_months(s.as_of, -3)::date + 1
