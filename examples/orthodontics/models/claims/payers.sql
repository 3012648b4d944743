/* archwire
description: The insurers a practice has submitted claims to, as of the business date - how fast they paid in the last twelve months and what is open with them.
key: [practice_id, payer_id]
tenant: practice_id
*/
with submitted as (
  select c.practice_id, c.payer_id, count(*) as claims, sum(c.charge) as amount, max(c.submitted_on) as last_submitted_on
  from claims.claims c
  cross join archwire.run r
  where c.claim_kind <> 'predetermination'
    and c.frequency_code = '1'
    and c.submitted_on > add_months(r.as_of, -12)::date
  group by c.practice_id, c.payer_id
),
paid as (
  select
    c.practice_id,
    c.payer_id,
    count(*) as claims,
    cast(round(median(c.days_to_payment), 1) as decimal(10, 1)) as median_days
  from claims.claims c
  cross join archwire.run r
  where c.claim_kind <> 'predetermination'
    and c.submitted_on is not null
    and c.first_paid_on > add_months(r.as_of, -12)::date
  group by c.practice_id, c.payer_id
),
unpaid as (
  select
    practice_id,
    payer_id,
    count(*) as claims,
    sum(est_pay) as amount,
    sum(case when days_open > 60 then 1 else 0 end) as late_claims,
    sum(case when days_open > 60 then est_pay else 0 end) as late_amount,
    max(days_open) as oldest
  from claims.open_claims
  group by practice_id, payer_id
),
met as (
  select distinct practice_id, payer_id
  from claims.claims
  where claim_kind <> 'predetermination'
    and submitted_on is not null
)
select
  m.practice_id,
  m.payer_id,
  y.name as payer_name,
  coalesce(s.claims, 0) as submitted,
  cast(coalesce(s.amount, 0) as decimal(18, 2)) as submitted_amount,
  s.last_submitted_on,
  coalesce(p.claims, 0) as paid,
  p.median_days,
  coalesce(u.claims, 0) as open_claims,
  cast(coalesce(u.amount, 0) as decimal(18, 2)) as open_amount,
  cast(coalesce(u.late_claims, 0) as bigint) as open_over_60,
  cast(coalesce(u.late_amount, 0) as decimal(18, 2)) as open_amount_over_60,
  u.oldest as oldest_days
from met m
left join rcm.payer y on y.payer_id = m.payer_id
left join submitted s on s.practice_id = m.practice_id and s.payer_id = m.payer_id
left join paid p on p.practice_id = m.practice_id and p.payer_id = m.payer_id
left join unpaid u on u.practice_id = m.practice_id and u.payer_id = m.payer_id
