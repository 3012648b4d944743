/* archwire
description: Days from first submission to first payment, one row a paid claim, by month, without saying which claim. A median cannot be put together from medians, so the days themselves are kept.
key: [practice_id, month, location_id, payer_id, claim_no]
tenant: practice_id
*/
select
  practice_id,
  date_trunc('month', first_paid_on)::date as month,
  location_id,
  payer_id,
  row_number() over (
    partition by practice_id, date_trunc('month', first_paid_on), location_id, payer_id
    order by days_to_payment, claim_id
  ) as claim_no,
  days_to_payment as days
from claims.claims
where claim_kind <> 'predetermination'
  and submitted_on is not null
  and first_paid_on is not null
