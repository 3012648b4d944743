/* archwire
description: Production of the twelve months that end at each month end and on the business date, beside the receivables of that day, per location. Rows begin when the practice has been on the platform for twelve months.
key: [practice_id, as_of, location_id]
tenant: practice_id
*/
with flows as (
  select d.practice_id, d.as_of, l.location_id, sum(l.net_production) as net_production
  from base.snapshot_dates d
  join finance.ledger_daily l on l.practice_id = d.practice_id
    and l.posting_date > add_months(d.as_of, -12)::date
    and l.posting_date <= d.as_of
  group by d.practice_id, d.as_of, l.location_id
),
states as (
  select practice_id, as_of, location_id, sum(receivables) as receivables
  from receivables.receivables
  group by practice_id, as_of, location_id
)
select
  s.practice_id,
  s.as_of,
  s.location_id,
  cast(coalesce(f.net_production, 0) as decimal(18, 2)) as net_production,
  cast(s.receivables as decimal(18, 2)) as receivables
from states s
join rcm.practice p on p.practice_id = s.practice_id
left join flows f on f.practice_id = s.practice_id and f.as_of = s.as_of and f.location_id = s.location_id
where p.go_live_date <= add_months(s.as_of, -12)::date + 1
