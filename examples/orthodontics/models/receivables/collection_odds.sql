/* archwire
description: How likely what is not yet due will be collected, per account, on the business date. Insurance 0.97; patients by whether a payment profile is live and by the age of their oldest unpaid line.
key: [practice_id, account_id]
tenant: practice_id
*/
with profiles as (
  select distinct p.practice_id, p.account_id
  from rcm.payment_profile p
  cross join archwire.run r
  where p.active_from <= r.as_of
    and (p.active_to is null or p.active_to > r.as_of)
),
oldest as (
  select s.practice_id, s.account_id, max(r.as_of - s.due_date) as days_past_due
  from base.line_steps s
  cross join archwire.run r
  where s.unpaid > 0
    and s.from_date <= r.as_of
    and (s.to_date is null or s.to_date > r.as_of)
  group by s.practice_id, s.account_id
),
accounts as (
  select
    a.practice_id,
    a.account_id,
    a.payer_kind,
    case when p.account_id is not null then true else false end as has_profile,
    cast(greatest(coalesce(o.days_past_due, 0), 0) as integer) as days_past_due
  from base.accounts a
  left join profiles p on p.practice_id = a.practice_id and p.account_id = a.account_id
  left join oldest o on o.practice_id = a.practice_id and o.account_id = a.account_id
)
select a.practice_id, a.account_id, a.has_profile, a.days_past_due, o.probability
from accounts a
join receivables.odds o
  on o.payer_kind = a.payer_kind
  and o.has_profile = a.has_profile
  and o.from_days <= a.days_past_due
  and o.to_days >= a.days_past_due
