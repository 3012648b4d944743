/* archwire
description: Days from the service to the first submission, one row an original claim, by month, without saying which. The service of an initial claim is the placing of the appliance where its date is known, of others the last date billed. A median cannot be put together from medians, so the days themselves are kept.
key: [practice_id, month, location_id, payer_id, claim_kind, claim_no]
tenant: practice_id
*/
with lags as (
  select
    c.practice_id,
    c.claim_id,
    date_trunc('month', c.submitted_on)::date as month,
    c.location_id,
    c.payer_id,
    c.kind as claim_kind,
    -- Dates before 1900-01-02 stand for dates nobody knows.
    c.submitted_on - case
      when c.kind = 'initial' and c.appliance_date > '1900-01-01'::date then c.appliance_date
      else c.service_to
    end as days
  from rcm.claim c
  cross join archwire.run r
  where c.kind <> 'predetermination'
    and c.frequency_code = '1'
    and c.submitted_on <= r.as_of
)
select
  practice_id,
  month,
  location_id,
  payer_id,
  claim_kind,
  row_number() over (
    partition by practice_id, month, location_id, payer_id, claim_kind
    order by days, claim_id
  ) as claim_no,
  cast(days as integer) as days
from lags
