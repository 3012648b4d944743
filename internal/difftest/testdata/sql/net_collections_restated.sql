select t.practice_id, date_trunc('month', t.posting_date)::date as day, t.location_id, -t.amount as numerator
from rcm.ledger_transaction t
join month_closed m on m.location_id = t.location_id and m.month = date_trunc('month', t.posting_date)
where t.affects_collections and t.posting_date <= $1::date and t.entered_at > m.closed_at
