/* archwire
description: Claims and predeterminations with what they were paid until the business date.
key: [practice_id, claim_id]
tenant: practice_id
*/
with payments as (
  select
    l.practice_id,
    l.claim_id,
    sum(l.paid) as paid_amount,
    min(case when l.paid > 0 then l.posted_on end) as first_paid_on
  from rcm.remittance_line l
  cross join archwire.run r
  where l.posted_on <= r.as_of
  group by l.practice_id, l.claim_id
)
select
  c.practice_id,
  c.claim_id,
  c.patient_id,
  c.treatment_id,
  c.account_id,
  c.location_id,
  c.payer_id,
  c.kind as claim_kind,
  c.frequency_code,
  c.original_claim_id,
  c.status,
  c.service_from,
  c.service_to,
  case when c.submitted_on <= r.as_of then c.submitted_on end as submitted_on,
  c.closed_on,
  c.charge,
  c.est_pay,
  cast(coalesce(p.paid_amount, 0) as decimal(14, 2)) as paid_amount,
  p.first_paid_on,
  cast(p.first_paid_on - c.submitted_on as integer) as days_to_payment
from rcm.claim c
cross join archwire.run r
left join payments p on p.practice_id = c.practice_id and p.claim_id = c.claim_id
