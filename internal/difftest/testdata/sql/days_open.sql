select practice_id, business_date as day, location_id, 1 as numerator
from book_day
where closed_at is null and business_date <= $1::date
