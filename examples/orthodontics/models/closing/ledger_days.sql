/* archwire
description: What the ledger has of each posting date and location today. business_date is the day whose books take it - what a Saturday and a Sunday bring is Monday's.
key: [practice_id, location_id, posting_date]
tenant: practice_id
*/
select
  l.practice_id,
  l.location_id,
  l.posting_date,
  case extract(dow from l.posting_date)
    when 6 then l.posting_date + 2
    when 0 then l.posting_date + 1
    else l.posting_date
  end as business_date,
  cast(sum(case when l.amount > 0 then l.amount else 0 end) as decimal(18, 2)) as charges,
  cast(sum(case when l.affects_production then l.amount else 0 end) as decimal(18, 2)) as net_production,
  cast(sum(case when l.affects_collections then -l.amount else 0 end) as decimal(18, 2)) as net_collections
from rcm.ledger_transaction l
cross join archwire.run r
where l.posting_date <= r.as_of
group by l.practice_id, l.location_id, l.posting_date
