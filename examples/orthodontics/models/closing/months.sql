/* archwire
description: When each month's books were closed at a location - the last of the days that take its postings, which of a month that ends on a weekend is the Monday after. Null while one of them is open or yet to come.
key: [practice_id, location_id, month]
tenant: practice_id
*/
with days as (
  select practice_id, location_id, date_trunc('month', business_date)::date as month, business_date, closed_at
  from base.books
  union all
  select practice_id, location_id, date_trunc('month', first_date)::date, business_date, closed_at
  from base.books
  where date_trunc('month', first_date) <> date_trunc('month', business_date)
),
months as (
  select
    practice_id,
    location_id,
    month,
    max(business_date) as last_date,
    max(closed_at) as closed_at,
    sum(case when closed_at is null then 1 else 0 end) as days_open
  from days
  group by practice_id, location_id, month
)
select
  m.practice_id,
  m.location_id,
  m.month,
  case
    when m.days_open = 0 and (m.last_date >= last_day(m.month) or l.closed <= last_day(m.month)) then m.closed_at
  end as closed_at
from months m
join rcm.location l on l.practice_id = m.practice_id and l.location_id = m.location_id
