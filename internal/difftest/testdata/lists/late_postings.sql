-- What was entered when the books of its day, or of its month, had been closed.
select t.txn_id, t.location_id, t.patient_id, t.txn_type, t.posting_date, books_of(t.posting_date) as business_date,
    coalesce(t.entered_at > m.closed_at, false) as after_month_close, t.amount,
    case when t.affects_production then t.amount else 0 end as net_production,
    case when t.affects_collections then -t.amount else 0 end as net_collections
from rcm.ledger_transaction t
left join book_day b on b.location_id = t.location_id and b.business_date = books_of(t.posting_date)
left join month_closed m on m.location_id = t.location_id and m.month = date_trunc('month', t.posting_date)
where t.practice_id = :practice and t.posting_date <= $1::date and (t.entered_at > b.closed_at or t.entered_at > m.closed_at)
order by t.txn_id
