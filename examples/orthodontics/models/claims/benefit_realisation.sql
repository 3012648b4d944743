/* archwire
description: Treatments with an insurance estimate by the day of their debond - what insurance was estimated to pay when they were contracted, and what it has paid until the business date. A month appears when 90 days have passed since its last day. Treatments whose original fee is not known, or which ended before the practice was on the platform, are left out.
key: [practice_id, debond_date, location_id, category]
tenant: practice_id
*/
with estimates as (
  select practice_id, treatment_id, sum(est_insurance) as estimated
  from rcm.contract
  where version = 1
    and entered_on is not null
  group by practice_id, treatment_id
  having min(case when original_fee_known then 1 else 0 end) = 1
    and sum(est_insurance) > 0
),
payments as (
  select a.practice_id, a.treatment_id, -l.amount as paid
  from rcm.ledger_transaction l
  join base.accounts a on a.practice_id = l.practice_id and a.account_id = l.account_id
  cross join archwire.run r
  where a.payer_kind = 'insurance'
    and l.affects_collections
    and l.posting_date <= r.as_of
  union all
  -- What was paid before the practice was on the platform is one line, ended.
  select a.practice_id, a.treatment_id, i.amount
  from rcm.instalment i
  join base.accounts a on a.practice_id = i.practice_id and a.account_id = i.account_id
  where a.payer_kind = 'insurance'
    and i.end_reason = 'carried'
),
paid as (
  select practice_id, treatment_id, sum(paid) as paid
  from payments
  group by practice_id, treatment_id
)
select
  t.practice_id,
  t.debond_date,
  t.location_id,
  t.category,
  count(*) as treatments,
  cast(sum(e.estimated) as decimal(18, 2)) as estimated,
  cast(sum(coalesce(p.paid, 0)) as decimal(18, 2)) as paid
from base.treatments t
join estimates e on e.practice_id = t.practice_id and e.treatment_id = t.treatment_id
join rcm.practice o on o.practice_id = t.practice_id
cross join archwire.run r
left join paid p on p.practice_id = t.practice_id and p.treatment_id = t.treatment_id
where t.debond_date >= o.go_live_date
  and r.as_of - last_day(t.debond_date) >= 90
group by t.practice_id, t.debond_date, t.location_id, t.category
