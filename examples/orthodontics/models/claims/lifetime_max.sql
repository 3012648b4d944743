/* archwire
description: Policies in force that were verified - what was left of their lifetime maximum then, and what insurance has paid on them since - per location of the patient and insurer, at every month end and on the business date. A payer has a row for each date and location at which it has accounts.
key: [practice_id, as_of, location_id, payer_id]
tenant: practice_id
*/
with policies as (
  select
    v.practice_id,
    v.policy_id,
    p.location_id,
    n.payer_id,
    v.remaining_max,
    v.verified_at::date as verified_on,
    greatest(v.verified_at::date, v.effective_from) as from_date,
    v.effective_to
  from rcm.policy v
  join pms.patient p on p.practice_id = v.practice_id and p.patient_id = v.patient_id
  join rcm.insurance_plan n on n.plan_id = v.plan_id
  where v.verification = 'verified'
    and v.remaining_max > 0
),
payments as (
  select l.practice_id, c.policy_id, l.posted_on, l.paid
  from rcm.remittance_line l
  join rcm.claim c on c.practice_id = l.practice_id and c.claim_id = l.claim_id
  union all
  -- Continuation that is paid without a claim is told by its account.
  select l.practice_id, a.policy_id, l.posted_on, l.paid
  from rcm.remittance_line l
  join rcm.contract_account a on a.practice_id = l.practice_id and a.account_id = l.account_id
  where l.claim_id is null
),
months as (
  select p.practice_id, p.policy_id, least(last_day(m.posted_on), r.as_of) as as_of, sum(m.paid) as paid
  from policies p
  join payments m on m.practice_id = p.practice_id and m.policy_id = p.policy_id
  cross join archwire.run r
  where m.posted_on >= p.verified_on
    and m.posted_on <= r.as_of
  group by p.practice_id, p.policy_id, least(last_day(m.posted_on), r.as_of)
),
steps as (
  select
    practice_id,
    policy_id,
    as_of as from_date,
    -- The last one has an end, too: an outer join on "or" compares all with all.
    coalesce(lead(as_of) over (partition by practice_id, policy_id order by as_of), '9999-12-31'::date) as to_date,
    sum(paid) over (partition by practice_id, policy_id order by as_of rows unbounded preceding) as used
  from months
),
states as (
  select p.practice_id, d.as_of, p.location_id, p.payer_id, p.remaining_max, coalesce(s.used, 0) as used
  from policies p
  join base.snapshot_dates d
    on d.practice_id = p.practice_id
    and d.as_of >= p.from_date
    and (p.effective_to is null or d.as_of <= p.effective_to)
  left join steps s
    on s.practice_id = p.practice_id
    and s.policy_id = p.policy_id
    and s.from_date <= d.as_of
    and s.to_date > d.as_of
  union all
  select practice_id, as_of, location_id, payer_id, 0, 0
  from base.insurer_dates
)
select
  practice_id,
  as_of,
  location_id,
  payer_id,
  cast(sum(remaining_max) as decimal(18, 2)) as remaining_max,
  cast(sum(used) as decimal(18, 2)) as used
from states
group by practice_id, as_of, location_id, payer_id
