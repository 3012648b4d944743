/* archwire
description: Ledger transactions up to the business date that were entered after the books of their day had been closed, and whether also after those of their month.
key: [practice_id, txn_id]
tenant: practice_id
*/
select
  l.practice_id,
  l.txn_id,
  l.location_id,
  l.patient_id,
  l.txn_type,
  l.posting_date,
  case extract(dow from l.posting_date)
    when 6 then l.posting_date + 2
    when 0 then l.posting_date + 1
    else l.posting_date
  end as business_date,
  l.entered_at,
  b.closed_at as day_closed_at,
  m.closed_at as month_closed_at,
  case when l.entered_at > m.closed_at then true else false end as after_month_close,
  l.amount,
  cast(case when l.amount > 0 then l.amount else 0 end as decimal(12, 2)) as charges,
  cast(case when l.affects_production then l.amount else 0 end as decimal(12, 2)) as net_production,
  cast(case when l.affects_collections then -l.amount else 0 end as decimal(12, 2)) as net_collections
from rcm.ledger_transaction l
cross join archwire.run r
-- A day before go-live has no books, but its month may have.
left join base.books b
  on b.practice_id = l.practice_id
  and b.location_id = l.location_id
  and b.business_date = case extract(dow from l.posting_date)
    when 6 then l.posting_date + 2
    when 0 then l.posting_date + 1
    else l.posting_date
  end
left join closing.months m
  on m.practice_id = l.practice_id
  and m.location_id = l.location_id
  and m.month = date_trunc('month', l.posting_date)::date
where l.posting_date <= r.as_of
  and (l.entered_at > b.closed_at or l.entered_at > m.closed_at)
