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
)
select
  a.practice_id,
  a.account_id,
  case when p.account_id is not null then true else false end as has_profile,
  cast(greatest(coalesce(o.days_past_due, 0), 0) as integer) as days_past_due,
  cast(
    case
      when a.payer_kind = 'insurance' then 0.97
      when p.account_id is not null then
        case
          when coalesce(o.days_past_due, 0) <= 0 then 0.99
          when o.days_past_due <= 30 then 0.95
          when o.days_past_due <= 60 then 0.85
          when o.days_past_due <= 90 then 0.70
          else 0.40
        end
      else
        case
          when coalesce(o.days_past_due, 0) <= 0 then 0.96
          when o.days_past_due <= 30 then 0.85
          when o.days_past_due <= 60 then 0.65
          when o.days_past_due <= 90 then 0.45
          else 0.15
        end
    end as decimal(3, 2)
  ) as probability
from base.accounts a
left join profiles p on p.practice_id = a.practice_id and p.account_id = a.account_id
left join oldest o on o.practice_id = a.practice_id and o.account_id = a.account_id
