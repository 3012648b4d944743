/* archwire
description: What the cash forecast said of each complete month as it stood at a month end before it, and what came - net collections of the month on the accounts there were at that month end. Forecasts are made again from the dated history of lines, payments and payment profiles by the odds of today's forecast; those of before the practice was on the platform are left out.
key: [practice_id, month_end, location_id, payer_kind, months_ahead]
tenant: practice_id
*/
with horizons as (
  select 1 as months_ahead
  union all
  select 3
),
-- Each line with the month it falls due in and the month ends it is forecast at.
dues as (
  select
    s.practice_id,
    s.account_id,
    s.location_id,
    s.payer_kind,
    s.from_date,
    s.to_date,
    s.unpaid,
    h.months_ahead,
    last_day(s.due_date) as month_end,
    last_day(add_months(date_trunc('month', s.due_date)::date, -h.months_ahead)::date) as made_on
  from base.line_steps s
  cross join horizons h
),
lines as (
  select d.practice_id, d.account_id, d.location_id, d.payer_kind, d.unpaid, d.months_ahead, d.month_end, d.made_on
  from dues d
  join rcm.practice p on p.practice_id = d.practice_id
  cross join archwire.run r
  where d.month_end <= r.as_of
    and d.made_on >= p.go_live_date
    and d.from_date <= d.made_on
    and (d.to_date is null or d.to_date > d.made_on)
),
makings as (
  select distinct practice_id, account_id, payer_kind, made_on
  from lines
),
profiles as (
  select distinct m.practice_id, m.account_id, m.made_on
  from makings m
  join rcm.payment_profile p on p.practice_id = m.practice_id and p.account_id = m.account_id
  where p.active_from <= m.made_on
    and (p.active_to is null or p.active_to > m.made_on)
),
oldest as (
  select m.practice_id, m.account_id, m.made_on, max(m.made_on - s.due_date) as days_past_due
  from makings m
  join base.line_steps s on s.practice_id = m.practice_id and s.account_id = m.account_id
  where s.unpaid > 0
    and s.due_date <= m.made_on
    and s.from_date <= m.made_on
    and (s.to_date is null or s.to_date > m.made_on)
    -- Most lines are paid before any month end at which they are past due.
    and (s.to_date is null or s.to_date > last_day(greatest(s.due_date, s.from_date)))
  group by m.practice_id, m.account_id, m.made_on
),
chances as (
  select
    m.practice_id,
    m.account_id,
    m.payer_kind,
    m.made_on,
    case when p.account_id is not null then true else false end as has_profile,
    coalesce(o.days_past_due, 0) as days_past_due
  from makings m
  left join profiles p on p.practice_id = m.practice_id and p.account_id = m.account_id and p.made_on = m.made_on
  left join oldest o on o.practice_id = m.practice_id and o.account_id = m.account_id and o.made_on = m.made_on
),
receipts as (
  select
    l.practice_id,
    a.location_id,
    a.payer_kind,
    a.opened_on,
    -l.amount as amount,
    h.months_ahead,
    last_day(l.posting_date) as month_end,
    last_day(add_months(date_trunc('month', l.posting_date)::date, -h.months_ahead)::date) as made_on
  from rcm.ledger_transaction l
  join base.accounts a on a.practice_id = l.practice_id and a.account_id = l.account_id
  cross join horizons h
  where l.affects_collections
),
amounts as (
  select
    l.practice_id,
    l.month_end,
    l.location_id,
    l.payer_kind,
    l.months_ahead,
    l.unpaid * o.probability as forecast,
    0 as collected
  from lines l
  join chances c on c.practice_id = l.practice_id and c.account_id = l.account_id and c.made_on = l.made_on
  join receivables.odds o
    on o.payer_kind = c.payer_kind
    and o.has_profile = c.has_profile
    and o.from_days <= c.days_past_due
    and o.to_days >= c.days_past_due
  union all
  select c.practice_id, c.month_end, c.location_id, c.payer_kind, c.months_ahead, 0, c.amount
  from receipts c
  join rcm.practice p on p.practice_id = c.practice_id
  cross join archwire.run r
  where c.month_end <= r.as_of
    and c.made_on >= p.go_live_date
    and c.opened_on <= c.made_on
)
select
  practice_id,
  month_end,
  location_id,
  payer_kind,
  months_ahead,
  cast(sum(forecast) as decimal(18, 4)) as forecast,
  cast(sum(collected) as decimal(18, 2)) as collected
from amounts
group by practice_id, month_end, location_id, payer_kind, months_ahead
