/* archwire
description: The days whose books a location has closed or has to close - the weekdays since it opened, or since its practice went live, up to the business date or until it was closed for good. closed_at is null while a day is open.
key: [practice_id, location_id, business_date]
tenant: practice_id
*/
select
  l.practice_id,
  l.location_id,
  w.business_date,
  w.first_date,
  c.closed_at,
  c.charges as charges_as_closed,
  c.receipts as receipts_as_closed
from rcm.location l
join rcm.practice p on p.practice_id = l.practice_id
join base.weekdays w
  on w.business_date >= greatest(p.go_live_date, l.opened)
  and (l.closed is null or w.business_date < l.closed)
left join rcm.day_close c
  on c.practice_id = l.practice_id
  and c.location_id = l.location_id
  and c.business_date = w.business_date
