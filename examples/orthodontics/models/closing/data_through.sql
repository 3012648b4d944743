/* archwire
description: How far each location's data are complete - the last date before its first open weekday, at most the business date.
key: [practice_id, location_id]
tenant: practice_id
*/
with open_days as (
  select practice_id, location_id, min(business_date) as first_open, count(*) as days_open
  from base.books
  where closed_at is null
  group by practice_id, location_id
)
select
  l.practice_id,
  l.location_id,
  coalesce(o.first_open - 1, r.as_of) as data_through,
  coalesce(o.days_open, 0) as days_open
from rcm.location l
cross join archwire.run r
left join open_days o on o.practice_id = l.practice_id and o.location_id = l.location_id
