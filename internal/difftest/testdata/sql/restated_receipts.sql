-- What the ledger has today of a closed day, less what it was closed with.
select b.practice_id, b.business_date as day, b.location_id, -t.amount as numerator
from rcm.ledger_transaction t
join book_day b on b.location_id = t.location_id and b.business_date = books_of(t.posting_date)
where b.closed_at is not null and t.affects_collections and t.posting_date <= $1::date
union all
select practice_id, business_date, location_id, -receipts
from book_day
where closed_at is not null
