/* archwire
description: What changes the state of a responsible party's account, at the first snapshot date that sees it - its balance, whether it is open, the means of automatic payment that are live, and the lines that came due, are over 30 days late or over 90.
key: [practice_id, account_id, as_of]
tenant: practice_id
*/
with late as (
  select
    s.practice_id,
    s.account_id,
    greatest(s.from_date, s.due_date + d.days) as from_date,
    s.to_date,
    d.over_30,
    d.over_90
  from base.line_steps s
  cross join (select 31 as days, 1 as over_30, 0 as over_90 union all select 91, 0, 1) d
  where s.unpaid > 0
    and (s.to_date is null or s.to_date > s.due_date + d.days)
),
events as (
  select practice_id, account_id, posting_date as changed_on, amount as balance, 0 as opened, 0 as profiles, 0 as due, 0 as over_30, 0 as over_90
  from rcm.ledger_transaction
  union all
  select practice_id, account_id, opened_on, 0, 1, 0, 0, 0, 0
  from rcm.contract_account
  union all
  select practice_id, account_id, closed_on, 0, -1, 0, 0, 0, 0
  from rcm.contract_account
  union all
  select practice_id, account_id, active_from, 0, 0, 1, 0, 0, 0
  from rcm.payment_profile
  where active_to is null or active_to > active_from
  union all
  select practice_id, account_id, active_to, 0, 0, -1, 0, 0, 0
  from rcm.payment_profile
  where active_to > active_from
  union all
  -- A line that was written after its due date came due when it was written.
  select practice_id, account_id, greatest(due_date, scheduled_on), 0, 0, 0, 1, 0, 0
  from rcm.instalment
  where ended_on is null or ended_on > greatest(due_date, scheduled_on)
  union all
  select practice_id, account_id, from_date, 0, 0, 0, 0, over_30, over_90
  from late
  where to_date is null or to_date > from_date
  union all
  select practice_id, account_id, to_date, 0, 0, 0, 0, -over_30, -over_90
  from late
  where to_date > from_date
)
select
  e.practice_id,
  e.account_id,
  least(last_day(greatest(e.changed_on, h.first_day)), r.as_of) as as_of,
  cast(sum(e.balance) as decimal(14, 2)) as balance,
  cast(sum(e.opened) as integer) as opened,
  cast(sum(e.profiles) as integer) as profiles,
  cast(sum(e.due) as integer) as due,
  cast(sum(e.over_30) as integer) as over_30,
  cast(sum(e.over_90) as integer) as over_90
from events e
join rcm.contract_account a on a.practice_id = e.practice_id and a.account_id = e.account_id
cross join base.history h
cross join archwire.run r
where a.payer_kind = 'responsible_party'
  and e.changed_on <= r.as_of
group by e.practice_id, e.account_id, least(last_day(greatest(e.changed_on, h.first_day)), r.as_of)
