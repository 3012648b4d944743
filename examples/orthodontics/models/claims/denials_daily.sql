/* archwire
description: Denials per day, location, payer and reason, on the day the remittance was posted.
key: [practice_id, business_date, location_id, payer_id, group_code, carc]
tenant: practice_id
*/
select
  practice_id,
  posted_on as business_date,
  location_id,
  payer_id,
  group_code,
  carc,
  count(*) as denied,
  cast(sum(charge) as decimal(18, 2)) as denied_amount
from claims.denials
group by practice_id, posted_on, location_id, payer_id, group_code, carc
