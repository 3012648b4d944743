-- The last date before a location's first weekday without closed books.
select l.location_id,
    coalesce((select min(b.business_date) - 1 from book_day b where b.location_id = l.location_id and b.closed_at is null), $1::date) as data_through,
    (select count(*) from book_day b where b.location_id = l.location_id and b.closed_at is null) as days_open
from rcm.location l
where l.practice_id = :practice
order by l.location_id
