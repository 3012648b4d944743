/* archwire
description: Claims submitted, submitted again and adjudicated per day, location, payer and kind. A submission counts on its day, an adjudication on the day its remittance was posted.
key: [practice_id, business_date, location_id, payer_id, claim_kind]
tenant: practice_id
*/
with events as (
  select
    practice_id,
    submitted_on as business_date,
    location_id,
    payer_id,
    claim_kind,
    1 as submitted,
    charge as submitted_amount,
    0 as resubmitted,
    0 as resubmitted_amount,
    0 as adjudicated,
    0 as adjudicated_amount,
    0 as denied,
    0 as denied_amount
  from claims.claims
  where claim_kind <> 'predetermination'
    and frequency_code = '1'
    and submitted_on is not null
  union all
  -- A replacement or a void is another claim; it is submitted for the first time itself.
  select practice_id, submitted_on, location_id, payer_id, claim_kind, 0, 0, 1, charge, 0, 0, 0, 0
  from claims.claims
  where claim_kind <> 'predetermination'
    and frequency_code <> '1'
    and submitted_on is not null
  union all
  select e.practice_id, e.event_date, c.location_id, c.payer_id, c.claim_kind, 0, 0, 1, c.charge, 0, 0, 0, 0
  from rcm.claim_event e
  join claims.claims c on c.practice_id = e.practice_id and c.claim_id = e.claim_id
  cross join archwire.run r
  where c.claim_kind <> 'predetermination'
    and e.source = '837D'
    and e.submission_no > 1
    and e.event_date <= r.as_of
  union all
  select
    l.practice_id,
    l.posted_on,
    c.location_id,
    c.payer_id,
    c.claim_kind,
    0,
    0,
    0,
    0,
    1,
    l.charge,
    case when l.paid = 0 and l.group_code <> 'PR' then 1 else 0 end,
    case when l.paid = 0 and l.group_code <> 'PR' then l.charge else 0 end
  from rcm.remittance_line l
  join claims.claims c on c.practice_id = l.practice_id and c.claim_id = l.claim_id
  cross join archwire.run r
  where c.claim_kind <> 'predetermination'
    and l.clp02 in ('1', '2', '3')
    and l.posted_on <= r.as_of
)
select
  practice_id,
  business_date,
  location_id,
  payer_id,
  claim_kind,
  cast(sum(submitted) as bigint) as submitted,
  cast(sum(submitted_amount) as decimal(18, 2)) as submitted_amount,
  cast(sum(resubmitted) as bigint) as resubmitted,
  cast(sum(resubmitted_amount) as decimal(18, 2)) as resubmitted_amount,
  cast(sum(adjudicated) as bigint) as adjudicated,
  cast(sum(adjudicated_amount) as decimal(18, 2)) as adjudicated_amount,
  cast(sum(denied) as bigint) as denied,
  cast(sum(denied_amount) as decimal(18, 2)) as denied_amount
from events
group by practice_id, business_date, location_id, payer_id, claim_kind
